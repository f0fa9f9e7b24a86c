"""Reset, verification and administrator links: once, in time, and the same answer for accounts that do not exist."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.accounts.links import make_administrator_link, make_reset_link
from app.accounts.roles import set_debate_role, set_role
from app.models import DebateRole, DebateRoleKind, Mail, OneTimeLink, Role, Session, User
from tests.accounts.people import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    is_signed_in,
    last_mail,
    make_member,
    path_in,
    sign_in,
    sign_up,
)
from tests.factories import make_debate, make_session

Browsers = Callable[[User], Awaitable[AsyncClient]]


async def ask_for_link(client: AsyncClient, db: AsyncSession, name: str = "ada") -> str:
    await client.post("/forgot-password", data={"name": name})
    return path_in(await last_mail(db))


async def let_links_expire(db: AsyncSession) -> None:
    await db.execute(update(OneTimeLink).values(expires_at=func.now() - text("interval '1 second'")))
    await db.commit()


async def test_reset_by_mail(client: AsyncClient, db: AsyncSession) -> None:
    user = await make_member(db, email="ada@example.org")
    token = await make_session(db, user)
    await db.commit()
    path = await ask_for_link(client, db)
    assert "ada" in (await client.get(path)).text
    answer = await client.post(path, data={"password": OTHER_PASSPHRASE})
    assert answer.headers["location"] == "/sign-in?done=reset"
    client.cookies.set("session", token)
    assert not await is_signed_in(client)
    assert (await sign_in(client, password=PASSPHRASE)).status_code == 422
    assert (await sign_in(client, password=OTHER_PASSPHRASE)).status_code == 303
    assert "was changed" in (await last_mail(db)).subject


async def test_asking_looks_the_same_whoever_it_is_for(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, "ada", email="ada@example.org")
    await make_member(db, "bob")
    answers = [
        await client.post("/forgot-password", data={"name": name})
        for name in ("ada", "ada@example.org", "bob", "nobody-there", "nobody@example.org")
    ]
    seen = {(answer.status_code, answer.headers["location"], answer.content) for answer in answers}
    assert len(seen) == 1
    recipients = (await db.scalars(select(Mail.recipient).where(Mail.sent_at.is_(None)))).all()
    assert recipients == ["ada@example.org", "ada@example.org"]
    assert await db.scalar(select(func.count()).where(Mail.sent_at.is_not(None), Mail.body == "")) == 3


@pytest.mark.parametrize("name", ["", "a" * 300, "ada\0"])
async def test_odd_name_gives_the_form_back(client: AsyncClient, name: str) -> None:
    assert (await client.post("/forgot-password", data={"name": name})).status_code == 422


async def test_account_gets_few_messages(client: AsyncClient, db: AsyncSession) -> None:
    answers = [await client.post("/forgot-password", data={"name": "ada"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]


async def test_reset_link_works_once(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, email="ada@example.org")
    first, second = await ask_for_link(client, db), await ask_for_link(client, db)
    await client.get(first)
    assert (await client.post(first, data={"password": OTHER_PASSPHRASE})).status_code == 303
    for path in (first, second):
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data={"password": PASSPHRASE})).status_code == 404
    assert (await sign_in(client, password=OTHER_PASSPHRASE)).status_code == 303


async def test_of_two_at_once_one_resets(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, email="ada@example.org")
    path = await ask_for_link(client, db)
    answers = await asyncio.gather(
        *(client.post(path, data={"password": password}) for password in (PASSPHRASE, OTHER_PASSPHRASE))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 404]


async def test_reset_link_expires(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, email="ada@example.org")
    path = await ask_for_link(client, db)
    await let_links_expire(db)
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "Ask for a new one" in answer.text
    assert (await client.post(path, data={"password": OTHER_PASSPHRASE})).status_code == 404


async def test_wrong_new_password_uses_nothing_up(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, email="ada@example.org")
    path = await ask_for_link(client, db)
    for password in ("", "short", "ada-ada-ada-ada-ada", "a\0" * 10):
        assert (await client.post(path, data={"password": password})).status_code == 422
    assert (await client.post(path, data={"password": OTHER_PASSPHRASE})).status_code == 303


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "🦉", "a" * 5_000])
@pytest.mark.parametrize("page", ["reset-password", "verify-email", "become-administrator"])
async def test_made_up_token_leads_nowhere(client: AsyncClient, page: str, token: str) -> None:
    assert (await client.get(f"/{page}/{token}")).status_code == 404
    assert (await client.post(f"/{page}/{token}", data={"password": OTHER_PASSPHRASE})).status_code == 404


async def test_administrator_hands_out_a_reset_link(client: AsyncClient, db: AsyncSession) -> None:
    user = await make_member(db)
    path = await make_reset_link(db, user)
    await db.commit()
    assert (await client.post(path, data={"password": OTHER_PASSPHRASE})).status_code == 303
    assert (await sign_in(client, password=OTHER_PASSPHRASE)).status_code == 303


async def test_link_of_one_purpose_serves_no_other(client: AsyncClient, db: AsyncSession) -> None:
    token = (await make_reset_link(db, await make_member(db))).rpartition("/")[2]
    await db.commit()
    assert (await client.get(f"/verify-email/{token}")).status_code == 404
    assert (await client.get(f"/become-administrator/{token}")).status_code == 404


async def test_looking_at_a_verification_link_uses_nothing_up(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client, email="ada@example.org")
    path = path_in(await last_mail(db))
    for _ in range(3):
        assert (await client.get(path)).status_code == 200
    client.cookies.clear()
    assert (await client.post(path)).headers["location"] == "/sign-in?done=verified"
    assert (await client.post(path)).status_code == 404


async def test_address_that_another_confirmed_first_is_refused(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client, username="one", email="both@example.org")
    path = path_in(await last_mail(db))
    await make_member(db, "two", email="Both@example.org")
    answer = await client.post(path)
    assert answer.status_code == 409
    assert "belongs to another account" in answer.text


async def test_first_administrator_signs_up_by_the_link(client: AsyncClient, db: AsyncSession) -> None:
    path = await make_administrator_link(db)
    await db.commit()
    assert path is not None
    assert "Sign up as administrator" in (await client.get(path)).text
    fields = {"username": "ada", "password": PASSPHRASE, "rules": "on", "shown_at": str(int(time.time()) - 10)}
    assert (await client.post(path, data=fields | {"password": "short"})).status_code == 422
    answer = await client.post(path, data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=administrator")
    assert await db.scalar(select(User.role)) == Role.ADMINISTRATOR
    assert await is_signed_in(client)
    assert (await client.get(path)).status_code == 404
    assert await make_administrator_link(db) is None


async def test_signed_in_person_becomes_administrator(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    path = await make_administrator_link(db)
    await make_session(db, user)
    await db.commit()
    assert path is not None
    browser = await browser_of(user)
    assert "Your account <b>ada</b>" in (await browser.get(path)).text
    assert (await browser.post(path)).status_code == 303
    await db.refresh(user)
    assert user.role == Role.ADMINISTRATOR
    assert await db.scalar(select(func.count()).select_from(Session)) == 1


async def test_taken_name_leaves_the_administrator_link_open(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db)
    path = await make_administrator_link(db)
    await db.commit()
    assert path is not None
    fields = {"username": "ada", "password": OTHER_PASSPHRASE, "rules": "on", "shown_at": str(int(time.time()) - 10)}
    assert (await client.post(path, data=fields)).status_code == 422
    assert (await client.post(path, data=fields | {"username": "bob"})).status_code == 303


async def test_two_links_make_one_administrator(browser_of: Browsers, db: AsyncSession) -> None:
    people = [await make_member(db, name) for name in ("ada", "bob")]
    paths = [await make_administrator_link(db) for _ in people]
    await db.commit()
    browsers = [await browser_of(user) for user in people]
    answers = await asyncio.gather(*(browser.post(str(path)) for browser, path in zip(browsers, paths, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [303, 404]
    assert await db.scalar(select(func.count()).where(User.role == Role.ADMINISTRATOR)) == 1


async def test_administrator_link_expires(client: AsyncClient, db: AsyncSession) -> None:
    path = await make_administrator_link(db)
    await let_links_expire(db)
    assert (await client.get(str(path))).status_code == 404


async def test_change_of_role_ends_sessions(browser_of: Browsers, db: AsyncSession, engine: AsyncEngine) -> None:
    user, debate = await make_member(db), await make_debate(db)
    await db.commit()
    browser = await browser_of(user)
    await set_role(db, user, Role.MODERATOR)
    await db.commit()
    assert not await is_signed_in(browser)
    browser = await browser_of(user)
    await set_debate_role(db, user, debate.id, DebateRoleKind.HOST)
    await set_debate_role(db, user, debate.id, DebateRoleKind.MODERATOR)
    await db.commit()
    assert not await is_signed_in(browser)
    assert await db.scalar(select(DebateRole.kind)) == DebateRoleKind.MODERATOR
    await set_debate_role(db, user, debate.id, None)
    assert await db.scalar(select(DebateRole.kind)) is None

"""Making an account."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import routes
from app.models import Mail, OneTimeLink, Role, Session, User
from app.rate_limits import Limit
from tests.accounts.people import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    is_signed_in,
    last_mail,
    make_member,
    path_in,
    session_cookie,
    sign_up,
)


def without_times(page: str) -> str:
    return re.sub(r'datetime="[^"]*"', "", page)


async def find(db: AsyncSession, username: str) -> User | None:
    return await db.scalar(select(User).where(User.username == username))


async def test_signs_up_and_is_signed_in(client: AsyncClient, db: AsyncSession) -> None:
    answer = await sign_up(client, display_name="Ada L.", next="/about")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/about?done=welcome"
    user = await find(db, "ada")
    assert user is not None
    assert (user.display_name, user.role, user.email) == ("Ada L.", Role.MEMBER, None)
    assert user.password_hash.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert await is_signed_in(client)


async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(client: AsyncClient) -> None:
    cookie = session_cookie(await sign_up(client))["session"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["domain"]) == ("/", "lax", True, "")
    assert int(cookie["max-age"]) == 30 * 86_400


async def test_only_the_hash_of_the_token_is_kept(client: AsyncClient, db: AsyncSession) -> None:
    token = session_cookie(await sign_up(client))["session"].value
    session = (await db.scalars(select(Session))).one()
    assert len(token) >= 43
    assert len(session.token_hash) == 32
    assert token.encode() not in session.token_hash


async def test_name_shown_is_the_user_name_where_none_was_given(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client)
    user = await find(db, "ada")
    assert user is not None
    assert user.display_name == "ada"


@pytest.mark.parametrize("name", ["עדה לאבלייס", "🦉 Ada", "أَدَا", "Ádá", "李 明", "Zoë" + "\u0308"])
async def test_name_shown_may_be_in_any_script(client: AsyncClient, db: AsyncSession, name: str) -> None:
    assert (await sign_up(client, display_name=name)).status_code == 303
    assert (await client.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "a"),
        ("username", "a" * 31),
        ("username", "ada lovelace"),
        ("username", "ada@example.org"),
        ("username", "../ada"),
        ("username", "ada\0"),
        ("username", "адa"),
        ("username", "Administrator"),
        ("display_name", "\u200b\u200e"),
        ("display_name", "\u3164"),
        ("display_name", "a" * 51),
        ("display_name", "a\0b"),
        ("display_name", "Z" + "\u0335" * 20),
        ("email", "ada"),
        ("email", "ada@localhost"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("email", "a" * 250 + "@example.org"),
        ("password", ""),
        ("password", "short"),
        ("password", "a" * 10_000),
        ("password", "tapeworm lantern\0glue sky"),
        ("password", "passwordpassword"),
        ("password", "ada-ada-ada-2024"),
        ("password", "rejoinder-rejoinder"),
        ("rules", ""),
        ("shown_at", "9" * 400),
        ("shown_at", "-1"),
        ("shown_at", "soon"),
    ],
)
async def test_wrong_field_gives_the_form_back(client: AsyncClient, db: AsyncSession, field: str, value: str) -> None:
    answer = await sign_up(client, **{"display_name": "Kept Name"} | {field: value})
    assert answer.status_code == 422
    assert "Not saved yet" in answer.text
    assert PASSPHRASE not in answer.text
    if field != "display_name":
        assert "Kept Name" in answer.text
    assert await db.scalar(select(func.count()).select_from(User)) == 0


async def test_error_stands_beside_its_field(client: AsyncClient) -> None:
    answer = await sign_up(client, password="too short")
    assert 'aria-describedby="password-hint password-error" aria-invalid="true"' in answer.text
    assert "The password has 9 of the 15 characters that it needs." in answer.text


async def test_taken_user_name_is_said_so_whatever_its_case(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, "Ada")
    answer = await sign_up(client, username="aDA", password=OTHER_PASSPHRASE)
    assert answer.status_code == 422
    assert "Somebody has this user name already" in answer.text


async def test_second_click_is_the_same_sign_up(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client)
    client.cookies.clear()
    assert (await sign_up(client)).status_code == 303
    assert await is_signed_in(client)
    assert await db.scalar(select(func.count()).select_from(User)) == 1


async def test_old_account_is_not_entered_by_signing_up(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, created_at=datetime.now(UTC) - timedelta(hours=1))
    assert (await sign_up(client)).status_code == 422


async def test_program_that_fills_in_everything_is_asked_again(client: AsyncClient, db: AsyncSession) -> None:
    answer = await sign_up(client, website="https://example.org")
    assert answer.status_code == 422
    assert "give your password again" in answer.text
    assert "https://example.org" not in answer.text


@pytest.mark.parametrize("shown_at", ["", str(int(time.time()) + 1_000)], ids=["never", "later"])
async def test_program_that_is_too_fast_is_asked_again(client: AsyncClient, shown_at: str) -> None:
    assert (await sign_up(client, shown_at=shown_at)).status_code == 422


async def test_signed_in_person_is_led_on(client: AsyncClient) -> None:
    await sign_up(client)
    assert (await client.get("/sign-up?next=/about")).headers["location"] == "/about"


async def test_address_counts_only_when_confirmed(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client, email="ada@example.org")
    user = await find(db, "ada")
    assert user is not None
    assert user.email is None
    mail = await last_mail(db)
    assert mail.recipient == "ada@example.org"
    path = path_in(mail)
    page = await client.get(path)
    assert "ada@example.org" in page.text
    assert (await client.post(path)).headers["location"] == "/account?done=verified"
    await db.refresh(user)
    assert user.email == "ada@example.org"
    assert user.email_verified_at is not None


async def test_taken_address_looks_like_a_new_one_and_its_owner_is_told(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, "owner", email="Owner@example.org")
    new = await sign_up(client, username="one", email="new@example.org")
    account = (await client.get("/account")).text
    client.cookies.clear()
    taken = await sign_up(client, username="two", email="owner@EXAMPLE.org")
    assert (new.status_code, new.headers["location"]) == (taken.status_code, taken.headers["location"])
    account_of_taken = (await client.get("/account")).text.replace("owner@EXAMPLE.org", "new@example.org")
    assert without_times(account_of_taken.replace("two", "one")) == without_times(account)
    mail = await last_mail(db)
    assert mail.recipient == "owner@EXAMPLE.org"
    assert "already" in mail.subject
    assert "two" not in mail.body


async def test_address_is_asked_for_where_the_site_wants_one(app: FastAPI, client: AsyncClient) -> None:
    app.state.settings.require_email = True
    answer = await sign_up(client)
    assert answer.status_code == 422
    assert "asks for an address" in answer.text
    assert (await sign_up(client, email="ada@example.org")).status_code == 303


async def test_network_has_a_limit(client: AsyncClient, db: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "SIGN_UP_ADDRESS", Limit("sign_up_address", 1, 3600, "new accounts"))
    await sign_up(client, username="one")
    client.cookies.clear()
    refused = await sign_up(client, username="two")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0


async def test_nothing_secret_lies_in_the_tables(client: AsyncClient, db: AsyncSession) -> None:
    await sign_up(client, email="ada@example.org")
    token = path_in(await last_mail(db)).rpartition("/")[2]
    link = (await db.scalars(select(OneTimeLink))).one()
    assert token.encode() not in link.token_hash
    assert len((await db.scalars(select(Mail))).all()) == 1

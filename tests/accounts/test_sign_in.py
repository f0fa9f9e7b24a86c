"""Signing in and out."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.next_page import own_path
from app.accounts.passwords import hash_password
from app.main import create_app
from app.models import Role, Session
from app.settings import Settings
from tests.accounts.people import PASSPHRASE, is_signed_in, make_member, session_cookie, sign_in


@pytest.mark.parametrize("name", ["ada", "ADA", " ada ", "ada@example.org", "Ada@Example.ORG"])
async def test_signs_in_by_name_or_address(client: AsyncClient, db: AsyncSession, name: str) -> None:
    await make_member(db, email="ada@example.org")
    answer = await sign_in(client, name)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert await is_signed_in(client)


async def test_unknown_name_and_wrong_password_look_the_same(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db, email="ada@example.org")
    wrong = await sign_in(client, "ada", "not the right passphrase")
    unknown = await sign_in(client, "bob", "not the right passphrase")
    wrong_by_mail = await sign_in(client, "ada@example.org", "not the right passphrase")
    assert {wrong.status_code, unknown.status_code, wrong_by_mail.status_code} == {422}
    assert unknown.text.replace('value="bob"', 'value="ada"') == wrong.text
    assert wrong_by_mail.text.replace("ada@example.org", "ada") == wrong.text
    same = ("content-type", "cache-control", "vary", "content-security-policy")
    assert [wrong.headers[name] for name in same] == [unknown.headers[name] for name in same]
    assert "set-cookie" not in wrong.headers


async def test_account_without_a_password_cannot_be_entered(client: AsyncClient, db: AsyncSession) -> None:
    user = await make_member(db)
    user.password_hash = ""
    await db.commit()
    assert (await sign_in(client, "ada", "")).status_code == 422
    assert (await sign_in(client, "ada", PASSPHRASE)).status_code == 422


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", ""),
        ("ada", ""),
        ("", PASSPHRASE),
        ("a" * 300, PASSPHRASE),
        ("ada\0", PASSPHRASE),
        ("ada", "\0" * 20),
        ("ada", "p" * 100_000),
        ("🦉" * 20, PASSPHRASE),
        ("עדה", PASSPHRASE),
        ("%' OR 1=1 --", PASSPHRASE),
    ],
)
async def test_odd_input_gives_the_form_back(client: AsyncClient, db: AsyncSession, name: str, password: str) -> None:
    await make_member(db)
    answer = await sign_in(client, name, password)
    assert answer.status_code == 422
    assert "<h1>Sign in</h1>" in answer.text


async def test_every_session_has_a_new_token_and_replaces_the_old(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db)
    first = session_cookie(await sign_in(client))["session"].value
    second = session_cookie(await sign_in(client))["session"].value
    assert first != second
    assert await db.scalar(select(func.count()).select_from(Session)) == 1


async def test_planted_token_does_not_become_valid(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db)
    client.cookies.set("session", "planted")
    assert session_cookie(await sign_in(client))["session"].value != "planted"


@pytest.mark.parametrize(("role", "hours"), [(Role.MEMBER, 720), (Role.MODERATOR, 12), (Role.ADMINISTRATOR, 12)])
async def test_session_lasts_as_long_as_the_role_allows(
    client: AsyncClient, db: AsyncSession, role: Role, hours: int
) -> None:
    await make_member(db, role=role)
    cookie = session_cookie(await sign_in(client))["session"]
    session = (await db.scalars(select(Session))).one()
    assert session.expires_at - session.created_at == timedelta(hours=hours)
    assert int(cookie["max-age"]) == hours * 3600


@pytest.mark.parametrize(("role", "idle"), [(Role.MEMBER, timedelta(days=14)), (Role.MODERATOR, timedelta(minutes=30))])
async def test_idle_session_ends(client: AsyncClient, db: AsyncSession, role: Role, idle: timedelta) -> None:
    await make_member(db, role=role)
    await sign_in(client)
    await db.execute(update(Session).values(last_seen_at=datetime.now(UTC) - idle - timedelta(seconds=1)))
    await db.commit()
    assert not await is_signed_in(client)


async def test_signs_out(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db)
    token = session_cookie(await sign_in(client))["session"].value
    answer = await client.post("/sign-out")
    assert answer.headers["location"] == "/?done=signed_out"
    assert session_cookie(answer)["session"].value == ""
    client.cookies.set("session", token)
    assert not await is_signed_in(client)
    assert (await client.post("/sign-out")).status_code == 303


async def test_signing_out_needs_a_form(client: AsyncClient) -> None:
    assert (await client.get("/sign-out")).status_code == 405


async def test_old_hash_is_renewed(client: AsyncClient, db: AsyncSession) -> None:
    user = await make_member(db)
    user.password_hash = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSPHRASE)
    await db.commit()
    assert (await sign_in(client)).status_code == 303
    await db.refresh(user)
    assert "$m=47104,t=1,p=1$" in user.password_hash
    client.cookies.clear()
    assert (await sign_in(client)).status_code == 303


async def test_composed_and_decomposed_letters_are_the_same_password(client: AsyncClient, db: AsyncSession) -> None:
    user = await make_member(db)
    user.password_hash = await hash_password("äpfel und birnen im korb")
    await db.commit()
    assert (await sign_in(client, "ada", "a\u0308pfel und birnen im korb")).status_code == 303


@pytest.mark.parametrize("name", ["ada", "nobody-of-that-name"])
async def test_account_has_a_limit_known_or_not(client: AsyncClient, db: AsyncSession, name: str) -> None:
    await make_member(db)
    answers = [await sign_in(client, name, "not the right passphrase") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    other = await sign_in(client, name.upper(), "not the right passphrase")
    assert other.status_code == 429


async def test_cookie_over_tls_is_bound_to_the_host(settings: Settings, db: AsyncSession) -> None:
    await make_member(db)
    app = create_app(settings.model_copy(update={"origin": "https://debate.example.org"}))
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="https://debate.example.org") as client,
    ):
        client.headers["Sec-Fetch-Site"] = "same-origin"
        cookie = session_cookie(await sign_in(client), "__Host-session")["__Host-session"]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert await is_signed_in(client)


async def test_next_page_is_kept_through_a_failure(client: AsyncClient, db: AsyncSession, app: FastAPI) -> None:
    await make_member(db)
    page = await client.get("/sign-in", params={"next": "/debates/mill?sort=new"})
    assert 'name="next" value="/debates/mill?sort=new"' in page.text
    assert "taken back" in page.text
    failed = await sign_in(client, "ada", "wrong", next="/debates/mill?sort=new")
    assert 'name="next" value="/debates/mill?sort=new"' in failed.text
    assert (await sign_in(client, next="/debates/mill?sort=new")).headers["location"] == "/debates/mill?sort=new"


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "/\n/example.org",
        "javascript:alert(1)",
        "example.org",
        " /about",
        "/sign-in?next=/about",
        "/" + "a" * 3_000,
    ],
)
async def test_nobody_is_led_to_another_site(client: AsyncClient, db: AsyncSession, wanted: str) -> None:
    assert own_path(wanted) == "/"
    await make_member(db)
    assert (await sign_in(client, next=wanted)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("wanted", "path"), [("/about", "/about"), ("/a?b=c&d#e", "/a?b=c&d#e"), ("/ä/ü", "/%C3%A4/%C3%BC")]
)
def test_own_path_is_kept(wanted: str, path: str) -> None:
    assert own_path(wanted) == path


async def test_page_asked_for_without_a_session_leads_back(client: AsyncClient) -> None:
    answer = await client.get("/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/account")


async def test_other_site_cannot_sign_anybody_in(client: AsyncClient, db: AsyncSession) -> None:
    await make_member(db)
    answer = await client.post(
        "/sign-in", data={"name": "ada", "password": PASSPHRASE}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403

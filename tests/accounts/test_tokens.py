"""The page of access tokens: making one, which is shown once, and revoking it."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.tokens import MOST_TOKENS
from app.actor import hash_token
from app.models import AccessToken, TokenScope, User
from tests.accounts.people import OTHER_PASSPHRASE, PASSPHRASE, make_member

Browsers = Callable[[User], Awaitable[AsyncClient]]
TOKEN = re.compile(r"rejoinder_[\w-]{43}")


async def make(browser: AsyncClient, **fields: Any) -> Response:
    sent = {
        "name": "Reading list", "scopes": TokenScope.ANNOTATIONS_WRITE.value, "days": "30",
        "token_password": PASSPHRASE,
        "idempotency_key": str(uuid4()), **fields,
    }  # fmt: skip
    return await browser.post("/account/tokens", data={name: text for name, text in sent.items() if text is not None})


async def tokens_of(db: AsyncSession, user: User) -> list[AccessToken]:
    statement = select(AccessToken).where(AccessToken.user_id == user.id)
    return list(await db.scalars(statement.execution_options(populate_existing=True)))


async def test_visitors_are_asked_to_sign_in(client: AsyncClient) -> None:
    for answer in (await client.get("/account/tokens"), await make(client)):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


async def test_a_token_is_shown_once_and_only_its_hash_is_kept(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    answer = await make(browser)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    token = TOKEN.search(answer.text)[0]  # type: ignore[index]
    [kept] = await tokens_of(db, user)
    assert kept.token_hash == hash_token(token)
    assert kept.expires_at is not None
    assert timedelta(days=29) < kept.expires_at - datetime.now(UTC) <= timedelta(days=30)
    page = (await browser.get("/account/tokens")).text
    assert "Reading list" in page
    assert not TOKEN.search(page)


async def test_the_same_form_makes_one_token(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    shown = {TOKEN.search((await make(browser, idempotency_key="the-same-key")).text)[0] for _ in range(2)}  # type: ignore[index]
    assert len(shown) == 1
    assert len(await tokens_of(db, user)) == 1


async def test_the_same_key_of_another_person_makes_another_token(browser_of: Browsers, db: AsyncSession) -> None:
    shown = set()
    for name in ("ada", "bob"):
        browser = await browser_of(await make_member(db, name))
        shown.add(TOKEN.search((await make(browser, idempotency_key="the-same-key")).text)[0])  # type: ignore[index]
    assert len(shown) == 2


async def test_a_revoked_token_leaves_the_page_and_its_form_makes_no_new_one(
    browser_of: Browsers, db: AsyncSession
) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    await make(browser, idempotency_key="the-same-key")
    [token] = await tokens_of(db, user)
    answer = await browser.post(f"/account/tokens/{token.id}/revoke")
    assert answer.headers["location"] == "/account/tokens?done=token_revoked"
    assert "Reading list" not in (await browser.get("/account/tokens")).text
    assert (await make(browser, idempotency_key="the-same-key")).status_code == 409


async def test_nobody_revokes_the_token_of_another_person(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    await make(await browser_of(user))
    [token] = await tokens_of(db, user)
    other = await browser_of(await make_member(db, "bob"))
    assert (await other.post(f"/account/tokens/{token.id}/revoke")).status_code == 303
    [token] = await tokens_of(db, user)
    assert token.revoked_at is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": None}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"scopes": None}, "scopes"),
        ({"scopes": "everything"}, "scopes"),
        ({"scopes": [TokenScope.ANNOTATIONS_WRITE.value, "everything"]}, "scopes"),
        ({"days": "36500"}, "days"),
        ({"token_password": None}, "token_password"),
        ({"token_password": OTHER_PASSPHRASE}, "token_password"),
    ],
)
async def test_what_is_wrong_is_said_and_no_token_made(
    browser_of: Browsers, db: AsyncSession, fields: dict[str, Any], field: str
) -> None:
    user = await make_member(db)
    answer = await make(await browser_of(user), **{"name": "Typed for minutes", **fields})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert ("Typed for minutes" in answer.text) == (field != "name")
    assert PASSPHRASE not in answer.text
    assert await tokens_of(db, user) == []


async def test_there_are_only_so_many(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    for number in range(MOST_TOKENS):
        hashed = hash_token(str(number))
        db.add(AccessToken(user_id=user.id, name="x", token_hash=hashed, scopes=[TokenScope.ANNOTATIONS_WRITE]))
    await db.commit()
    assert (await make(await browser_of(user))).status_code == 409


async def test_a_new_password_revokes_all_tokens(browser_of: Browsers, db: AsyncSession) -> None:
    user = await make_member(db)
    browser = await browser_of(user)
    await make(browser)
    await browser.post("/account/password", data={"current_password": PASSPHRASE, "new_password": OTHER_PASSPHRASE})
    is_valid = select(func.count()).where(AccessToken.user_id == user.id, AccessToken.revoked_at.is_(None))
    assert await db.scalar(is_valid) == 0

"""Whoever becomes the first administrator by the one-time link stands in the log, as by the operator of the site."""

import re
import time

from httpx import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.links import make_administrator_link
from app.models import Action, Decision, LogEntry, Notification, Role, User
from app.moderation.chain import Walk
from app.moderation.measures.by_operator import BY_THE_LINK
from app.moderation.records import OPERATOR
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import find_unlogged, verify_file, verify_log
from tests.accounts.people import PASSPHRASE
from tests.factories import make_user
from tests.moderation.conftest import BrowserOf


async def make_path(db: AsyncSession) -> str:
    path = await make_administrator_link(db)
    await db.commit()
    assert path is not None
    return path


async def test_log_says_who_became_the_first_administrator_and_how(client: AsyncClient, db: AsyncSession) -> None:
    path = await make_path(db)
    fields = {"username": "ada", "password": PASSPHRASE, "rules": "on", "shown_at": str(int(time.time()) - 10)}
    assert (await client.post(path, data=fields)).status_code == 303
    made = (await db.scalars(select(Decision))).one()
    assert (made.action, made.moderator_id) == (Action.CHANGE_ROLE, None)
    assert re.search(
        rf"<b><bdi>{OPERATOR}</bdi></b> changed the role of <a href=\"/people/ada\"><bdi>ada</bdi></a> "
        rf"\(from member to administrator\), on the whole site</p>\s*<div class=\"soft\"><p>{BY_THE_LINK}</p>",
        (await client.get("/log")).text,
    )
    document = (await client.get("/log.json")).json()
    assert list(verify_file(document, Walk())) == []
    item = document["entries"][0]["chain"]["committed"]["item"]
    assert (item["by"], item["concerned"], item["scope"]) == (None, made.concerned_id, "site")
    assert f"{OPERATOR},change_role," in (await client.get("/log.csv")).text
    assert [found async for found in verify_log(db, Walk())] == []
    assert [*await find_unlike_decisions(db), *await find_unlogged(db)] == []
    page = (await client.get(f"/decisions/{made.id}")).text
    assert f"None. <bdi>{OPERATOR}</bdi> decided it, on the server." in page
    assert "It is undone on the server, as it was done" in page
    assert BY_THE_LINK in (await client.get("/account/decisions")).text


async def test_who_opened_the_link_knows_it_and_is_not_told(browser_of: BrowserOf, db: AsyncSession) -> None:
    user = await make_user(db, "ada", role=Role.MODERATOR)
    path = await make_path(db)
    browser = await browser_of(user)
    assert (await browser.post(path)).status_code == 303
    entry = (await db.scalars(select(LogEntry))).one()
    assert (entry.item["from"], entry.item["to"]) == ("moderator", "administrator")
    assert await db.scalar(select(func.count()).select_from(Notification)) == 0


async def test_a_link_that_does_not_work_any_more_leaves_no_entry(browser_of: BrowserOf, db: AsyncSession) -> None:
    users = [await make_user(db, name) for name in ("ada", "bob")]
    paths = [await make_path(db) for _ in users]
    answers = [await (await browser_of(user)).post(path) for user, path in zip(users, paths, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 404]
    assert await db.scalar(select(func.count()).select_from(LogEntry)) == 1
    assert await db.scalar(select(User.role).where(User.username == "bob")) == Role.MEMBER

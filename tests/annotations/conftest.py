"""A debate about the mill, an author who annotates its essay, and what every page is held to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import html5lib
import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Debate, EssayRevision, User
from tests.factories import make_debate, make_user

MILL = "/debates/mill"
BrowserOf = Callable[[User], Awaitable[AsyncClient]]


@dataclass
class Mill:
    """The factories' debate, whose essay has two paragraphs of two sentences; the form of its author's picker."""

    db: AsyncSession
    debate: Debate
    revision: EssayRevision
    author: User
    browser: AsyncClient

    async def annotate(self, paragraph: int = 1, **fields: Any) -> Response:
        """Send the picker's form as it would be filled in, but for `fields`."""
        sent = {
            "revision": 1, "first": 1, "kind": "note", "body": "Who says so?", "idempotency_key": str(uuid4()), **fields
        }  # fmt: skip
        kept = {name: value for name, value in sent.items() if value is not None}
        return await self.browser.post(f"{MILL}/annotations?paragraph={paragraph}", data=kept)

    async def count(self) -> int:
        return (await self.db.scalars(select(Debate.annotation_count).where(Debate.id == self.debate.id))).one()


@pytest.fixture
async def mill(db: AsyncSession, browser_of: BrowserOf) -> Mill:
    debate = await make_debate(db)
    author = await make_user(db, "author")
    revision = (await db.scalars(select(EssayRevision).where(EssayRevision.debate_id == debate.id))).one()
    await db.commit()
    return Mill(db, debate, revision, author, await browser_of(author))


def assert_sound(html: str) -> None:
    """The page is well-formed, no id stands twice, and every link within the page has something to go to."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    inward = {element.get("href")[1:] for element in tree.iter("a") if (element.get("href") or "").startswith("#")}
    assert inward <= set(ids)

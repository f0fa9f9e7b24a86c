"""A debate in which first posts wait, and somebody new."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import HeldPost, User
from tests.moderation.conftest import Scene

CLAIM = "Nobody has asked the millers what they want."
GROUNDS = "Of the nine who work there not one was heard by the council."


class Newcomer:
    """What somebody new posts, and what becomes of it."""

    def __init__(self, db: AsyncSession, scene: Scene, browser: AsyncClient) -> None:
        self.db, self.scene, self.browser = db, scene, browser
        self.parent_url = f"/debates/mill/arguments/{scene.root.id}"

    async def reply(self, **changed: Any) -> Any:
        fields = {"relation": "rebut", "claim": CLAIM, "grounds": GROUNDS, "idempotency_key": str(uuid4())}
        return await self.browser.post(f"{self.parent_url}/replies", data={**fields, **changed})

    async def held(self) -> HeldPost:
        statement = select(HeldPost).order_by(HeldPost.id.desc()).limit(1)
        post = (await self.db.execute(statement.execution_options(populate_existing=True))).scalar_one()
        await self.db.commit()
        return post

    async def wait(self, **changed: Any) -> str:
        """The address of a reply that waits."""
        answer = await self.reply(**changed)
        assert answer.status_code == 303, answer.text
        url, _, done = answer.headers["location"].partition("?")
        assert done == "done=waits", answer.headers["location"]
        return url


@pytest.fixture
async def newcomer(db: AsyncSession, scene: Scene, browser_of: Callable[[User], Awaitable[AsyncClient]]) -> Newcomer:
    scene.debate.holds_first_posts = True
    await db.commit()
    return Newcomer(db, scene, await browser_of(scene.cast["newcomer"]))


@pytest.fixture
async def moderator(scene: Scene, browser_of: Callable[[User], Awaitable[AsyncClient]]) -> AsyncClient:
    return await browser_of(scene.cast["debate_moderator"])

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Position, User
from tests.arguments.stage import Stage
from tests.factories import make_argument, make_debate, make_user

BrowserOf = Callable[[User], Awaitable[AsyncClient]]


async def set_stage(db: AsyncSession, browser_of: BrowserOf, positions: int = 2) -> Stage:
    debate = await make_debate(db, positions=positions)
    sides = list((await db.scalars(select(Position).order_by(Position.number))).all())
    # Members of some days: on the first day limits are tighter.
    author, member = [
        await make_user(db, name, created_at=datetime.now(UTC) - timedelta(days=3)) for name in ("author", "member")
    ]
    parent = await make_argument(db, debate, author, position=sides[0], claim="The mill feeds the whole town.")
    await db.commit()
    return Stage(db, debate, sides, author, member, parent, await browser_of(member), await browser_of(author))


@pytest.fixture
async def stage(db: AsyncSession, browser_of: BrowserOf) -> Stage:
    return await set_stage(db, browser_of)


@pytest.fixture
async def wide_stage(db: AsyncSession, browser_of: BrowserOf) -> Stage:
    """The same with three positions."""
    return await set_stage(db, browser_of, positions=3)

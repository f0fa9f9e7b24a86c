"""Strength is on the row a moment after what it follows from, and lists are in its order."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.models import CURRENT_VERSION, Argument, Position, Relation, VoteValue
from app.standing.settling import load_kept, settle_due
from app.standing.strength_tree import StrengthTree
from app.votes.commands import Ballot, cast_vote
from tests.factories import make_argument, make_debate, make_user


@pytest.fixture
async def thread(db: AsyncSession) -> list[Argument]:
    """A first-level argument, a rebuttal of it, and a support of that."""
    debate = await make_debate(db)
    author = await make_user(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    first = await make_argument(db, debate, author, position=position)
    second = await make_argument(db, debate, None, parent=first)
    third = await make_argument(db, debate, None, parent=second, relation=Relation.SUPPORT)
    await db.commit()
    return [first, second, third]


async def vote(engine: AsyncEngine, argument: Argument, count: int) -> None:
    async with transaction(engine) as db:
        voters = [(await make_user(db)).id for _ in range(count)]
        await db.execute(select(Argument.id).where(Argument.id == argument.id).with_for_update())
        for voter in voters:
            await cast_vote(db, Ballot(voter, argument.debate_id, argument.id), VoteValue.AGREE)


async def strengths(engine: AsyncEngine) -> list[float]:
    async with transaction(engine) as db:
        return list(await db.scalars(select(Argument.strength).order_by(Argument.id)))


async def due(engine: AsyncEngine) -> list[int]:
    async with transaction(engine) as db:
        return list(await db.scalars(select(Argument.id).where(Argument.is_strength_due).order_by(Argument.id)))


async def test_a_vote_moves_the_argument_and_those_above_it_only(engine: AsyncEngine, thread: list[Argument]) -> None:
    assert await settle_due(engine) == 3
    before = await strengths(engine)
    await vote(engine, thread[1], 5)
    assert await due(engine) == [thread[1].id]
    assert await settle_due(engine) == 2
    after = await strengths(engine)
    assert after[0] < before[0]
    assert after[1] > before[1]
    assert after[2] == before[2]
    assert await settle_due(engine) == 0


async def test_kept_strengths_are_those_of_the_whole_tree(engine: AsyncEngine, thread: list[Argument]) -> None:
    for argument, count in zip(thread, (4, 7, 2), strict=True):
        await vote(engine, argument, count)
        await settle_due(engine)
    async with transaction(engine) as db:
        rows = await load_kept(db, thread[0].debate_id)
    tree = StrengthTree(row.argument for row in rows)
    assert [row.strength for row in rows] == [tree.strength(row.argument.id) for row in rows]


@pytest.mark.parametrize(
    "change",
    ["hidden_by_id = NULL", "withdrawn_at = now()", "conceded_at = now()", "agree_count = 3", "claim = 'Other.'"],
)
async def test_what_strength_follows_from_makes_it_due(
    engine: AsyncEngine, thread: list[Argument], change: str
) -> None:
    await settle_due(engine)
    async with transaction(engine) as db:
        await db.execute(text(f"UPDATE arguments SET {change} WHERE id = :id"), {"id": thread[2].id})
    expected = [] if change in ("hidden_by_id = NULL", "claim = 'Other.'") else [thread[2].id]
    assert await due(engine) == expected


async def test_readers_see_the_new_strength_and_nothing_new_keeps_the_page(
    engine: AsyncEngine, thread: list[Argument]
) -> None:
    async def version() -> int:
        async with transaction(engine) as db:
            return (await db.scalars(select(CURRENT_VERSION))).one()

    await settle_due(engine)
    before = await version()
    await settle_due(engine)
    assert await version() == before
    await vote(engine, thread[0], 1)
    voted = await version()
    await settle_due(engine)
    assert await version() == voted + 1

"""The demonstration: lively, sound, even-handed, always the same, and plainly simulated."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.limits import CLAIM_MAX, STEELMAN_MAX
from app.db import make_engine
from app.demo.commands import PARTICIPANTS, NotEmpty, fill_demo
from app.doctor.examination import examine
from app.interchange.seed_files import read_seed
from app.models import (
    Annotation,
    Argument,
    Bearing,
    Case,
    Credit,
    Decision,
    LogEntry,
    Origin,
    Position,
    Stance,
    User,
    Vote,
)
from tests.factories import make_user

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "seeds" / "transactional-vs-institutional"
THREE_POSITIONS = ROOT / "tests" / "fixtures" / "three-positions"
both = pytest.mark.parametrize("folder", [FIRST, THREE_POSITIONS], ids=lambda folder: folder.name)


@pytest.fixture
async def db(shared_database_url: str) -> AsyncIterator[AsyncSession]:
    """A session whose work is undone after the test."""
    engine = make_engine(shared_database_url, 2)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
        await db.rollback()
    await engine.dispose()


async def count(db: AsyncSession, table: type) -> int:
    return await db.scalar(select(func.count()).select_from(table)) or 0


@both
async def test_it_is_lively_and_sound(db: AsyncSession, folder: Path) -> None:
    assert await fill_demo(db, read_seed(folder))
    await db.flush()
    assert await count(db, User) == PARTICIPANTS + 1
    assert 0.7 * PARTICIPANTS < await count(db, Stance) < PARTICIPANTS
    assert await count(db, Vote) > 10 * PARTICIPANTS
    assert await count(db, Annotation) >= 10
    assert await count(db, Case) >= 2
    assert await count(db, Bearing) > PARTICIPANTS
    assert await count(db, Credit) >= 10
    assert (await count(db, Decision), await count(db, LogEntry)) == (1, 1)
    assert [finding async for finding in examine(db) if finding.count] == []


@both
async def test_everybody_and_every_word_is_marked_as_simulated(db: AsyncSession, folder: Path) -> None:
    await fill_demo(db, read_seed(folder))
    assert not (await db.execute(select(User).where(~User.is_simulated))).first()
    claims = (await db.execute(select(Argument.claim).where(Argument.origin == Origin.PERSON))).scalars().all()
    assert len(claims) >= 39
    for words in [*claims, *(await db.execute(select(Annotation.body_markdown))).scalars()]:
        assert words.startswith("Simulated ")
        assert len(words) <= CLAIM_MAX


@both
async def test_every_side_is_said_back_and_conceded_to(db: AsyncSession, folder: Path) -> None:
    await fill_demo(db, read_seed(folder))
    positions = set(await db.scalars(select(Position.id)))
    said = (await db.execute(select(Argument.position_id, Argument.steelman).where(Argument.steelman != ""))).all()
    assert {row.position_id for row in said} == positions
    assert all(row.steelman.startswith("Simulated, ") and len(row.steelman) <= STEELMAN_MAX for row in said)
    assert await db.scalar(select(func.count()).where(Argument.steelman_accepted_at.is_not(None)))
    conceded = await db.scalars(select(Argument.position_id).where(Argument.conceded_at.is_not(None)))
    assert sorted(conceded) == sorted(positions)


@both
async def test_every_side_is_answered_alike(db: AsyncSession, folder: Path) -> None:
    await fill_demo(db, read_seed(folder))
    parent = Argument.__table__.alias("parent")
    statement = (
        select(parent.c.position_id, Argument.relation)
        .join(parent, parent.c.id == Argument.parent_id)
        .where(Argument.origin == Origin.PERSON)
    )
    answers = Counter(tuple(row) for row in await db.execute(statement))
    positions = (await db.execute(select(Position.id))).scalars().all()
    mixes = [{relation: n for (side, relation), n in answers.items() if side == position} for position in positions]
    assert all(mix == mixes[0] for mix in mixes)
    stances = (await db.scalars(select(Position.stance_count))).all()
    assert max(stances) < 1.5 * min(stances)


async def test_it_is_the_same_every_time(db: AsyncSession) -> None:
    async def fill() -> list[tuple[object, ...]]:
        async with db.begin_nested() as savepoint:
            await fill_demo(db, read_seed(THREE_POSITIONS))
            columns = (Argument.claim, Argument.agree_count, Argument.disagree_count, Argument.hidden_by_id.is_(None))
            rows = [tuple(row) for row in await db.execute(select(*columns).order_by(Argument.id))]
            await savepoint.rollback()
        db.expunge_all()
        return rows

    assert await fill() == await fill()


async def test_it_is_made_once(db: AsyncSession) -> None:
    await fill_demo(db, read_seed(THREE_POSITIONS))
    votes = await count(db, Vote)
    assert not await fill_demo(db, read_seed(THREE_POSITIONS))
    assert await count(db, Vote) == votes


async def test_it_does_not_mix_with_people(db: AsyncSession) -> None:
    await make_user(db)
    with pytest.raises(NotEmpty):
        await fill_demo(db, read_seed(THREE_POSITIONS))

"""Loading a seed: everything or nothing, again and again, without taking anything from readers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import make_engine, transaction
from app.doctor.examination import examine
from app.interchange.commands import LoadedDebate, load_seed
from app.interchange.seed import SeedArgument, SeedDebate, SeedError, SeedQuote
from app.interchange.seed_files import read_seed
from app.models import (
    Argument,
    ArgumentRevision,
    Citation,
    Debate,
    Essay,
    Origin,
    Paragraph,
    Passage,
    Position,
    Relation,
    Vote,
    VoteValue,
)
from app.settings import Settings
from tests.factories import make_argument, make_user

REPOSITORY = Path(__file__).parents[2]
FIRST_DEBATE = REPOSITORY / "seeds" / "transactional-vs-institutional"
THREE_POSITIONS = REPOSITORY / "tests" / "fixtures" / "three-positions"
TABLES = (Debate, Essay, Position, Paragraph, Passage, Argument, ArgumentRevision, Citation)


@pytest.fixture
async def db(shared_database_url: str) -> AsyncIterator[AsyncSession]:
    """A session whose work is undone after the test."""
    engine = make_engine(shared_database_url, 2)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
        await db.rollback()
    await engine.dispose()


@pytest.fixture
def seed() -> SeedDebate:
    return read_seed(THREE_POSITIONS)


async def counts(db: AsyncSession) -> dict[str, int]:
    return {table.__tablename__: (await db.scalar(select(func.count()).select_from(table))) or 0 for table in TABLES}


async def argument(db: AsyncSession, key: str) -> Argument:
    return (
        await db.execute(select(Argument).where(Argument.seed_key == key).execution_options(populate_existing=True))
    ).scalar_one()


def reword(seed: SeedDebate, key: str, **values: Any) -> SeedDebate:
    arguments = tuple(replace(a, **values) if a.key == key else a for a in seed.arguments)
    return replace(seed, arguments=arguments)


def without(seed: SeedDebate, *keys: str) -> SeedDebate:
    return replace(seed, arguments=tuple(a for a in seed.arguments if a.key not in keys))


async def is_sound(db: AsyncSession) -> bool:
    return not [finding async for finding in examine(db) if finding.count]


@pytest.mark.parametrize("folder", [FIRST_DEBATE, THREE_POSITIONS], ids=lambda folder: folder.name)
async def test_a_seed_becomes_a_debate(db: AsyncSession, folder: Path) -> None:
    seed = read_seed(folder)
    loaded = await load_seed(db, seed)
    await db.flush()
    assert loaded == LoadedDebate(seed.slug, True, False, len(seed.arguments), 0, 0)
    found = await counts(db)
    assert found["positions"] == len(seed.positions)
    assert found["arguments"] == found["argument_revisions"] == len(seed.arguments)
    assert found["citations"] == sum(len(a.quotes) for a in seed.arguments)
    debate = (await db.execute(select(Debate))).scalar_one()
    assert debate.argument_count == len(seed.arguments)
    assert await is_sound(db)


async def test_arguments_are_the_essays_and_stand_where_the_seed_says(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    await db.flush()
    parent, child = await argument(db, "memory"), await argument(db, "used-roof")
    middle = await argument(db, "memory-in-a-park")
    assert (parent.origin, parent.author_id, parent.depth, parent.root_id) == (Origin.ESSAY, None, 0, None)
    assert (child.parent_id, child.root_id, child.depth, child.relation) == (middle.id, parent.id, 2, Relation.REBUT)
    assert parent.rebut_count == middle.rebut_count == 1
    assert "<li>" in (await argument(db, "meadow")).grounds_html
    numbers = await db.execute(select(Position.key, Position.number, Position.argument_count).order_by(Position.number))
    assert [tuple(row) for row in numbers] == [("park", 1, 3), ("homes", 2, 3), ("workshops", 3, 2)]


async def test_citations_stand_at_the_place_that_is_meant(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    await db.flush()
    quiet = await argument(db, "quiet-for-homes")
    passage = (
        await db.execute(
            select(Passage).join(Citation, Citation.passage_id == Passage.id).where(Citation.argument_id == quiet.id)
        )
    ).scalar_one()
    assert passage.exact == "The yard is quiet."
    assert passage.prefix != ""


async def test_loading_again_changes_nothing(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    db.info.clear()
    before = await counts(db)
    loaded = await load_seed(db, seed)
    assert loaded.is_unchanged
    assert await counts(db) == before
    assert "touched_debates" not in db.info


async def test_a_wrong_quote_leaves_nothing_behind(
    shared_database_url: str, db: AsyncSession, seed: SeedDebate
) -> None:
    wrong = reword(seed, "used-roof", quotes=(SeedQuote("A roof that is used is mended.", None),))
    engine = make_engine(shared_database_url, 1)
    with pytest.raises(SeedError, match=r"used-roof: .* The nearest text is “use. A roof that is used"):
        async with transaction(engine) as load:
            await load_seed(load, wrong)
    await engine.dispose()
    assert set((await counts(db)).values()) == {0}


async def test_two_loads_at_once_make_one_debate(settings: Settings, seed: SeedDebate) -> None:
    engine = make_engine(settings.sqlalchemy_url, 4)

    async def load() -> LoadedDebate:
        async with transaction(engine) as session:
            return await load_seed(session, seed)

    loads = await asyncio.gather(*(load() for _ in range(4)))
    assert sorted(loaded.is_new for loaded in loads) == [False, False, False, True]
    async with transaction(engine) as db:
        assert (await counts(db))["arguments"] == len(seed.arguments)
    await engine.dispose()


async def test_a_reworded_argument_gets_a_revision(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    loaded = await load_seed(db, reword(seed, "meadow", claim="The meadow is worth a park."))
    await db.flush()
    assert (loaded.changed, loaded.added) == (1, 0)
    meadow = await argument(db, "meadow")
    assert meadow.claim == "The meadow is worth a park."
    assert meadow.edited_at is not None
    revisions = select(ArgumentRevision.claim).where(ArgumentRevision.argument_id == meadow.id)
    wordings = (await db.execute(revisions.order_by(ArgumentRevision.number))).scalars().all()
    assert wordings == ["The meadow is worth keeping.", "The meadow is worth a park."]
    assert await is_sound(db)


async def test_the_debates_own_words_follow_the_seed(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    first, *others = seed.positions
    renamed = replace(seed, motion="Which use?", positions=(replace(first, name="A green park"), *others))
    loaded = await load_seed(db, renamed)
    await db.flush()
    assert loaded.has_new_words
    assert await db.scalar(select(Debate.motion)) == "Which use?"
    assert await db.scalar(select(Position.name).where(Position.number == 1)) == "A green park"


async def test_new_arguments_and_positions_are_added(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, without(seed, "used-roof", "quiet-for-homes"))
    more = replace(seed, positions=(*seed.positions, replace(seed.positions[0], key="museum", name="A museum")))
    loaded = await load_seed(db, more)
    await db.flush()
    assert loaded.added == 2
    assert (await argument(db, "memory-in-a-park")).rebut_count == 1
    assert await db.scalar(select(Position.number).where(Position.key == "museum")) == 4
    assert await is_sound(db)


async def test_new_quotes_replace_old_ones(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    loaded = await load_seed(db, reword(seed, "memory", quotes=(SeedQuote("memory is best kept in use", None),)))
    await db.flush()
    assert loaded.changed == 1
    cited = select(Passage.exact).join(Citation, Citation.passage_id == Passage.id)
    of_memory = cited.where(Citation.argument_id == (await argument(db, "memory")).id)
    assert (await db.execute(of_memory)).scalars().all() == ["memory is best kept in use"]


async def test_arguments_that_nobody_touched_can_leave(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    loaded = await load_seed(db, without(seed, "memory-in-a-park", "used-roof"))
    await db.flush()
    assert loaded.dropped == 2
    assert (await argument(db, "memory")).rebut_count == 0
    assert await is_sound(db)


async def test_an_argument_with_replies_cannot_leave(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    reader = await make_user(db)
    debate = (await db.execute(select(Debate))).scalar_one()
    await make_argument(db, debate, reader, parent=await argument(db, "cheapest"))
    with pytest.raises(SeedError, match="argument cheapest: left the seed, but has replies"):
        await load_seed(db, without(seed, "cheapest"))


async def test_an_argument_with_votes_cannot_leave(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    reader, used_roof = await make_user(db), await argument(db, "used-roof")
    vote = Vote(debate_id=used_roof.debate_id, argument_id=used_roof.id, user_id=reader.id, value=VoteValue.AGREE)
    db.add(vote)
    await db.flush()
    with pytest.raises(SeedError, match="argument used-roof: left the seed, but has replies, votes"):
        await load_seed(db, without(seed, "used-roof"))


def _moved(argument: SeedArgument) -> dict[str, Any]:
    return {"relation": Relation.SUPPORT if argument.relation is not Relation.SUPPORT else Relation.REBUT}


async def test_what_cannot_change_is_refused(db: AsyncSession, seed: SeedDebate) -> None:
    await load_seed(db, seed)
    by_key = {a.key: a for a in seed.arguments}
    other_text = replace(seed, essay=replace(seed.essay, markdown=seed.essay.markdown + "\n\nMore."))
    refusals = {
        "Publish it as a new revision: rejoinder essay revise old-railway-yard": other_text,
        "loaded with other positions: park, homes": replace(seed, positions=seed.positions[::-1]),
        "argument used-roof: it is already loaded in": reword(seed, "used-roof", **_moved(by_key["used-roof"])),
    }
    for words, changed in refusals.items():
        with pytest.raises(SeedError, match=words):
            await load_seed(db, changed)

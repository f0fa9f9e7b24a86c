"""Votes that are written together count as if they had come one after the other."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.doctor.examination import examine
from app.models import CURRENT_VOTE_COUNT, Argument, Bearing, Position, Vote
from app.plain_connection import LOCK_TIMEOUT
from app.settings import Settings
from app.votes.ballot_box import BallotBox
from app.votes.commands import Ballot, Mark
from tests.factories import make_argument, make_debate, make_user

LOCK_SECONDS = int(LOCK_TIMEOUT.removesuffix("s"))
WORDS = ("agree", "disagree", "pass", "")
BEARS = ("yes", "no", "")


class Stage:
    """Some arguments, some people who vote on them, and a box."""

    def __init__(self, box: BallotBox, debate_id: int, arguments: list[int], people: list[int]) -> None:
        self.box, self.debate_id, self.arguments, self.people = box, debate_id, arguments, people

    def mark(self, person: int, argument: int, word: str, seen: int = 1) -> Mark:
        ballot = Ballot(self.people[person], self.debate_id, self.arguments[argument], seen=seen)
        return Mark(ballot, word, is_on_link=word in ("yes", "no"))


@pytest.fixture
async def stage(db: AsyncSession, settings: Settings) -> AsyncIterator[Stage]:
    debate = await make_debate(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    author = await make_user(db)
    arguments = [await make_argument(db, debate, author, position=position) for _ in range(3)]
    people = [await make_user(db) for _ in range(4)]
    await db.commit()
    box = BallotBox(settings.sqlalchemy_url)
    yield Stage(box, debate.id, [argument.id for argument in arguments], [person.id for person in people])
    await box.close()


async def test_second_vote_on_an_argument_replaces_the_first_that_came_with_it(stage: Stage, db: AsyncSession) -> None:
    marks = [stage.mark(0, 0, word) for word in ("pass", "agree", "disagree", "disagree")]
    tallies = await asyncio.gather(*map(stage.box.cast, marks))
    assert [tally.own_value for tally in tallies] == ["pass", "agree", "disagree", "disagree"]
    assert (await db.execute(select(Vote.value))).scalars().all() == ["disagree"]
    assert tallies[-1][:3] == (0, 1, 0)
    assert await db.scalar(select(CURRENT_VOTE_COUNT)) == 1


async def test_vote_that_cannot_be_kept_takes_no_other_along(stage: Stage, db: AsyncSession) -> None:
    nobody = Mark(Ballot(10**12, stage.debate_id, stage.arguments[0]), "agree")
    marks = [stage.mark(0, 1, "pass"), nobody, stage.mark(1, 0, "agree"), stage.mark(2, 0, "agree")]
    answers = await asyncio.gather(*map(stage.box.cast, marks), return_exceptions=True)
    assert [isinstance(answer, psycopg.Error) for answer in answers] == [False, True, False, False]
    assert len((await db.scalars(select(Vote))).all()) == 3
    assert not await _wrong_counts(db)


async def test_rows_are_locked_in_the_order_of_those_who_settle_strengths(stage: Stage, db: AsyncSession) -> None:
    """Who holds the reply's row can still take that of what it answers: the votes wait for the reply first."""
    lock = "SELECT id FROM arguments WHERE id = :id FOR NO KEY UPDATE NOWAIT"
    await db.execute(text(lock), {"id": stage.arguments[2]})
    marks = [stage.mark(0, 1, "agree"), stage.mark(1, 0, "agree"), stage.mark(2, 2, "agree")]
    votes = asyncio.gather(*map(stage.box.cast, marks))
    await asyncio.sleep(0.3)
    await db.execute(text(lock), {"id": stage.arguments[0]})
    await db.commit()
    assert [tally.agree_count for tally in await votes] == [1, 1, 1]


async def test_vote_and_judgement_of_one_person_come_together(stage: Stage, db: AsyncSession) -> None:
    marks = [stage.mark(1, 0, "agree"), stage.mark(0, 0, "agree"), stage.mark(0, 0, "yes")]
    _, _, tally = await asyncio.gather(*map(stage.box.cast, marks))
    assert (tally.own_value, tally.own_bears, tally.agree_count, tally.bears_count) == ("agree", "yes", 2, 1)


async def test_argument_that_is_kept_locked_holds_up_nobody_else_for_long(
    stage: Stage, db: AsyncSession, engine: AsyncEngine
) -> None:
    async with AsyncSession(engine) as holder:
        await holder.execute(select(Argument.id).where(Argument.id == stage.arguments[0]).with_for_update())
        marks = [stage.mark(0, 1, "agree"), *(stage.mark(person, 0, "agree") for person in range(4))]
        marks += [stage.mark(person, 2, "pass") for person in range(4)]
        answers = await asyncio.wait_for(
            asyncio.gather(*map(stage.box.cast, marks), return_exceptions=True), 4 * LOCK_SECONDS
        )
    assert [isinstance(answer, psycopg.errors.LockNotAvailable) for answer in answers] == [
        mark.ballot.argument_id == stage.arguments[0] for mark in marks
    ]
    assert not await _wrong_counts(db)


async def test_votes_go_on_after_the_database_has_dropped_the_connection(stage: Stage, db: AsyncSession) -> None:
    await stage.box.find("mill", stage.arguments[0])
    await stage.box.cast(stage.mark(0, 0, "agree"))
    await db.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    await db.rollback()
    assert await stage.box.find("mill", stage.arguments[0]) is not None
    tallies = await asyncio.gather(*(stage.box.cast(stage.mark(person, 0, "agree")) for person in (1, 2)))
    assert tallies[-1].agree_count == 3
    assert not await _wrong_counts(db)


@given(marks=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(WORDS + BEARS[:2])), max_size=25))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_votes_at_once_leave_what_one_after_the_other_would(
    marks: list[tuple[int, int, str]], stage: Stage, db: AsyncSession
) -> None:
    values, bears = await _held(db)
    for person, argument, word in marks:
        held = bears if word in ("yes", "no") else values
        held[stage.people[person], stage.arguments[argument]] = word
    await asyncio.gather(*(stage.box.cast(stage.mark(*mark)) for mark in marks))
    after = await _held(db)
    assert after == tuple({key: word for key, word in held.items() if word} for held in (values, bears))
    assert not await _wrong_counts(db)


@given(
    marks=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(WORDS + BEARS[:2]), st.integers(1, 3)),
        max_size=25,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_votes_on_versions_old_and_new_leave_the_right_number_of_earlier_ones(
    marks: list[tuple[int, int, str, int]], stage: Stage, db: AsyncSession
) -> None:
    await db.execute(update(Argument).where(Argument.version == 1).values(version=2))
    await db.commit()
    tallies = await asyncio.gather(*(stage.box.cast(stage.mark(*mark)) for mark in marks))
    assert all(tally.version == 2 and (tally.own_version or 1) in (1, 2) for tally in tallies)
    assert not await _wrong_counts(db)


async def _held(db: AsyncSession) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], str]]:
    votes = await db.execute(select(Vote.user_id, Vote.argument_id, Vote.value))
    bearings = await db.execute(select(Bearing.user_id, Bearing.argument_id, Bearing.bears))
    found = (
        {(user, argument): str(value) for user, argument, value in votes},
        {(user, argument): "yes" if bears else "no" for user, argument, bears in bearings},
    )
    await db.commit()
    return found


async def _wrong_counts(db: AsyncSession) -> list[str]:
    names = [finding.name async for finding in examine(db) if finding.count and finding.is_counter]
    await db.rollback()
    return names

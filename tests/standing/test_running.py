"""Runs: made when votes changed, kept as they are, and computed again to the same."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import undefer

from app.db import touch_debate, transaction
from app.models import CURRENT_VERSION, Debate, StandingLook, StandingRun, User, Vote, VoteValue
from app.settings import Settings
from app.standing.analysis import analyse
from app.standing.duties import find_due, run_apart
from app.standing.run_input import digest, unpack
from app.standing.running import run_debate
from tests.standing.camps import STATEMENTS, make_camps


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    debate = await make_camps(db)
    await db.commit()
    return debate


async def newest(engine: AsyncEngine) -> StandingRun:
    async with transaction(engine) as db:
        order = select(StandingRun).order_by(StandingRun.number.desc()).limit(1).options(undefer(StandingRun.input))
        return (await db.scalars(order)).one()


async def change_votes(engine: AsyncEngine) -> None:
    async with transaction(engine) as db:
        await db.execute(update(Vote).where(Vote.user_id % 3 == 0).values(value=VoteValue.PASS))
        touch_debate(db, (await db.scalars(select(Debate.id))).one())


async def test_a_run_finds_the_camps_and_is_kept_with_its_input(engine: AsyncEngine, debate: Debate) -> None:
    assert await run_debate(engine, debate.id) == 1
    run = await newest(engine)
    assert run.people_count == 40
    assert run.vote_count == 40 * STATEMENTS
    assert run.result["groups"]["sizes"] == [20, 20]
    assert run.result["groups"]["is_reliable"]
    assert digest(run.input) == run.input_sha256


async def test_it_is_computed_again_to_the_last_digit(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    await change_votes(engine)
    assert await run_debate(engine, debate.id) == 2
    run = await newest(engine)
    assert sum(unpack(run.input).before) > 0
    assert analyse(unpack(run.input)) == run.result


async def test_a_run_says_nothing_of_who_is_who(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    run = unpack((await newest(engine)).input)
    async with transaction(engine) as db:
        users = list(await db.scalars(select(User.id).join(Vote, Vote.user_id == User.id).distinct()))
        values = {VoteValue.AGREE: 1, VoteValue.DISAGREE: -1, VoteValue.PASS: 0}
        rows = await db.execute(select(Vote.user_id, Vote.argument_id, Vote.value).order_by(Vote.argument_id))
        votes: dict[int, list[tuple[int, int]]] = {}
        for user_id, argument_id, value in rows:
            votes.setdefault(user_id, []).append((argument_id, values[value]))
    by_id = [votes[id] for id in sorted(users)]
    in_run = [list(run.votes_of(person)) for person in range(run.people)]
    assert sorted(in_run) == sorted(by_id)
    assert in_run != by_id


async def test_votes_that_stay_as_they_are_give_no_run(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    assert await run_debate(engine, debate.id) is None


async def test_groups_keep_their_numbers_from_run_to_run(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    before = (await newest(engine)).result
    await change_votes(engine)
    await run_debate(engine, debate.id)
    after = (await newest(engine)).result
    agreed = [
        {number: counts[0] for number, counts in result["statements"][-1]["groups"].items()}
        for result in (before, after)
    ]
    assert max(agreed[0], key=agreed[0].__getitem__) == max(agreed[1], key=agreed[1].__getitem__)


async def test_fewer_than_five_voters_give_no_run(engine: AsyncEngine, db: AsyncSession) -> None:
    debate = await make_camps(db, people=4)
    await db.commit()
    assert await run_debate(engine, debate.id) is None


async def test_votes_that_do_not_count_and_hidden_statements_are_left_out(
    engine: AsyncEngine, db: AsyncSession, debate: Debate
) -> None:
    some = select(Vote.user_id).order_by(Vote.user_id).limit(1).scalar_subquery()
    await db.execute(update(Vote).where(Vote.user_id == some).values(is_counted=False))
    await db.execute(text("UPDATE arguments SET withdrawn_at = now() WHERE id = (SELECT max(id) FROM arguments)"))
    await db.commit()
    await run_debate(engine, debate.id)
    run = await newest(engine)
    assert (run.people_count, run.vote_count) == (39, 39 * (STATEMENTS - 1))


async def test_readers_get_new_pages_and_nobody_looks_twice(engine: AsyncEngine, debate: Debate) -> None:
    async def version() -> int:
        async with transaction(engine) as db:
            return (await db.scalars(select(CURRENT_VERSION))).one()

    async with transaction(engine) as db:
        touch_debate(db, debate.id)
    assert await find_due(engine) == [debate.id]
    before = await version()
    await run_debate(engine, debate.id)
    assert await version() == before + 1
    assert await find_due(engine) == []  # What changed is the run itself, and that is less than a hundredth.


async def test_who_waits_for_others_is_looked_for_again_ten_minutes_later(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    await _leave(engine, debate, 4)
    await run_debate(engine, debate.id)
    await _leave(engine, debate, 1)
    assert await find_due(engine) == []
    async with transaction(engine) as db:
        await db.execute(update(StandingLook).values(looked_at=StandingLook.looked_at - timedelta(minutes=11)))
    assert await find_due(engine) == [debate.id]


async def test_a_run_stays_as_it_is(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    with pytest.raises(IntegrityError):
        async with transaction(engine) as db:
            await db.execute(update(StandingRun).values(people_count=1))


async def test_a_process_of_its_own_makes_the_run(engine: AsyncEngine, settings: Settings, debate: Debate) -> None:
    await run_apart(settings, debate.id)
    assert (await newest(engine)).number == 1


async def test_someone_who_leaves_takes_their_votes_with_them(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    await _leave(engine, debate, 5)
    await run_debate(engine, debate.id)
    assert (await newest(engine)).people_count == 35


async def test_a_new_run_waits_until_five_people_can_hide_among_each_other(engine: AsyncEngine, debate: Debate) -> None:
    await run_debate(engine, debate.id)
    await _leave(engine, debate, 4)
    assert await run_debate(engine, debate.id) is None
    await _leave(engine, debate, 1)
    assert await run_debate(engine, debate.id) == 2


async def _leave(engine: AsyncEngine, debate: Debate, people: int) -> None:
    async with transaction(engine) as db:
        leaving = (await db.scalars(select(Vote.user_id).distinct().limit(people))).all()
        await db.execute(delete(User).where(User.id.in_(leaving)))
        touch_debate(db, debate.id)

"""Make a run: read the votes, compute, keep both. No transaction is open meanwhile: it may take seconds."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import undefer

from app.db import touch_debate, transaction
from app.models import StandingLook, StandingRun
from app.standing.analysis import MATHEMATICS_VERSION, Result, analyse, carry_over
from app.standing.changes import can_follow
from app.standing.collecting import Collected, collect
from app.standing.run_input import RunInput, digest, pack, shuffle, unpack

FEWEST_PEOPLE = 5  # Who voted; of fewer each could be told from the picture.


async def run_debate(engine: AsyncEngine, debate_id: int) -> int | None:
    """The number of the new run; none if nothing has changed since the last one, too few have voted, too few of them
    anew, or another worker was quicker."""
    async with transaction(engine) as db:
        collected = await collect(db, debate_id)
        newest = select(StandingRun).where(StandingRun.debate_id == debate_id).order_by(StandingRun.number.desc())
        previous = (await db.scalars(newest.limit(1).options(undefer(StandingRun.input)))).one_or_none()
    number = previous.number + 1 if previous else 1
    made = None
    if _is_worth_it(collected, previous):
        run = shuffle(_with_previous(collected.run, previous))
        made = _row(debate_id, number, collected, run, analyse(run))
    return await _keep(engine, debate_id, collected, made)


def _is_worth_it(collected: Collected, previous: StandingRun | None) -> bool:
    if collected.voters < FEWEST_PEOPLE:
        return False
    if previous is None:
        return True
    is_same = previous.mathematics == MATHEMATICS_VERSION and previous.votes_sha256 == collected.votes_sha256
    return not is_same and can_follow(collected.run, unpack(previous.input))


def _with_previous(run: RunInput, previous: StandingRun | None) -> RunInput:
    if previous is None or previous.mathematics != MATHEMATICS_VERSION:
        return run
    before, count = carry_over(run, previous.result)
    return replace(run, before=before, count=count)


def _row(debate_id: int, number: int, collected: Collected, run: RunInput, result: Result) -> dict[str, object]:
    packed = pack(run)
    return {
        "debate_id": debate_id,
        "number": number,
        "mathematics": MATHEMATICS_VERSION,
        "debate_version": collected.version,
        "last_vote_at": collected.last_vote_at,
        "vote_count": collected.votes,
        "people_count": collected.voters,
        "cast_count": collected.totals.cast,
        "waiting_count": collected.totals.waiting,
        "discounted_count": collected.totals.discounted,
        "withdrawn_stance_count": collected.withdrawn_stances,
        "votes_sha256": collected.votes_sha256,
        "input_sha256": digest(packed),
        "input": packed,
        "result": result,
    }


async def _keep(
    engine: AsyncEngine, debate_id: int, collected: Collected, made: dict[str, object] | None
) -> int | None:
    look = insert(StandingLook).values(debate_id=debate_id, version=collected.version)
    looked = {"version": func.greatest(StandingLook.version, collected.version), "looked_at": func.now()}
    async with transaction(engine) as db:
        await db.execute(look.on_conflict_do_update(index_elements=["debate_id"], set_=looked))
        if made is None:
            return None
        kept = insert(StandingRun).values(made).on_conflict_do_nothing().returning(StandingRun.number)
        number = (await db.execute(kept)).scalar_one_or_none()
        if number is not None:
            touch_debate(db, debate_id)
        return number

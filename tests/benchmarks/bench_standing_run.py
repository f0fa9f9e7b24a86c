"""A whole run of the job (collect the votes from the database, analyse, store) against the numerics alone."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from statistics import median
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import make_engine, transaction
from app.models import Argument, Origin, Position, User, Vote, VoteValue
from app.standing.analysis import analyse
from app.standing.collecting import Collected, collect
from app.standing.running import run_debate
from tests.factories import make_debate
from tests.standing.crowds import make_crowd

ROUNDS = 5
VOTES_EACH = 40
PEOPLE, STATEMENTS = 1_000, 200
VALUES = {1: VoteValue.AGREE, 0: VoteValue.PASS, -1: VoteValue.DISAGREE}
CHANGE_VOTES = text("""
    UPDATE votes SET value = CASE value WHEN 'agree' THEN 'disagree' ELSE 'agree' END
    WHERE debate_id = :debate AND user_id IN
        (SELECT DISTINCT user_id FROM votes WHERE debate_id = :debate ORDER BY user_id LIMIT 5)
""")


@pytest.fixture
async def engine(bench_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(bench_url, 2)
    yield engine
    await engine.dispose()


async def test_a_whole_run(engine: AsyncEngine, bench_url: str) -> None:
    debate_id = await _fill(engine)
    await run_debate(engine, debate_id)
    rounds = [await _round(engine, debate_id) for _ in range(ROUNDS)]
    whole, collecting, numerics = (median(times) for times in zip(*rounds, strict=True))
    ratio = median(each[0] / each[2] for each in rounds)
    await _change(engine, debate_id)
    process = await asyncio.to_thread(_run_in_process, bench_url, debate_id)
    print(
        f"\n{PEOPLE:>7,} × {STATEMENTS:>4,}, about {PEOPLE * VOTES_EACH:,} votes: whole run {whole:.0f} ms,"
        f" of which collecting them {collecting:.0f} ms | the numerics alone, resamples included, {numerics:.0f} ms"
        f" | {ratio:.2f} times it | as the job runs it, in a process of its own, {process:.0f} ms"
    )


async def _round(engine: AsyncEngine, debate_id: int) -> tuple[float, float, float]:
    """Milliseconds of a whole run after five people's votes changed, of collecting votes, and of computing alone."""
    await _change(engine, debate_id)
    began = time.perf_counter()
    assert await run_debate(engine, debate_id) is not None
    ran = time.perf_counter()
    collected = await _collect(engine, debate_id)
    collecting = time.perf_counter()
    analyse(collected.run)
    return 1000 * (ran - began), 1000 * (collecting - ran), 1000 * (time.perf_counter() - collecting)


async def _collect(engine: AsyncEngine, debate_id: int) -> Collected:
    async with transaction(engine) as db:
        return await collect(db, debate_id)


async def _change(engine: AsyncEngine, debate_id: int) -> None:
    async with transaction(engine) as db:
        await db.execute(CHANGE_VOTES, {"debate": debate_id})


def _run_in_process(url: str, debate_id: int) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "app.standing.work", str(debate_id)]
    subprocess.run(command, check=True, env={**os.environ, "REJOINDER_DATABASE_URL": url})
    return 1000 * (time.perf_counter() - began)


async def _fill(engine: AsyncEngine) -> int:
    crowd = make_crowd(PEOPLE, STATEMENTS, VOTES_EACH).table()  # One vote of each on a claim.
    async with transaction(engine) as db:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        debate = await make_debate(db, "run")
        sides = (await db.scalars(select(Position.id).where(Position.debate_id == debate.id))).all()
        arguments = [_claim(debate.id, sides[number % 2], number) for number in range(STATEMENTS)]
        argument_ids = (await db.scalars(insert(Argument).returning(Argument.id), arguments)).all()
        names = [
            {"username": f"run-{number}", "display_name": "Voter", "password_hash": ""} for number in range(PEOPLE)
        ]
        user_ids = (await db.scalars(insert(User).returning(User.id), names)).all()
        for start in range(0, len(crowd.sign), 20_000):
            part = slice(start, start + 20_000)
            cast = zip(crowd.person[part], crowd.statement[part], crowd.sign[part], strict=True)
            votes = [
                {"debate_id": debate.id, "user_id": user_ids[person], "argument_id": argument_ids[statement],
                 "value": VALUES[int(sign)]}
                for person, statement, sign in cast
            ]  # fmt: skip
            await db.execute(insert(Vote), votes)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE votes"))
    return debate.id


def _claim(debate_id: int, position_id: int, number: int) -> dict[str, Any]:
    words = {"claim": f"Claim {number} of the run.", "grounds_markdown": "So.", "grounds_html": "<p>So.</p>"}
    return {"debate_id": debate_id, "position_id": position_id, "origin": Origin.IMPORTED, **words}

"""What a worker does for votes that waited, for where debates stand, and so that people are told."""

import asyncio
import os
import sys
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import Duties, Work
from app.notifications import duties as notifications
from app.settings import Settings
from app.standing.settling import settle_due
from app.votes.counting import count_due_votes

LOG = structlog.get_logger("app.standing")
LONGEST_SECONDS = 300  # For one run; a hundred thousand people take a few.

# A run for each handful of votes would fill the database, so a hundredth of the votes has to be new, or ten minutes
# have to pass since somebody looked. The version counts changes of every kind; whether they give a run is found then.
_DUE = text("""
    SELECT id FROM (
        SELECT debates.id, version + (SELECT count(*) FROM debate_changes WHERE debate_id = debates.id) AS version
        FROM debates
    ) now
    LEFT JOIN standing_looks look ON look.debate_id = now.id
    LEFT JOIN LATERAL (
        SELECT vote_count FROM standing_runs WHERE debate_id = now.id ORDER BY number DESC LIMIT 1
    ) run ON true
    WHERE now.version > coalesce(look.version, 0)
      AND (run.vote_count IS NULL OR look.looked_at < now() - interval '10 minutes'
           OR now.version - look.version >= run.vote_count / 100)
    ORDER BY now.id
""")


async def settle_strengths(work: Work) -> None:
    await settle_due(work.engine)


async def count_votes(work: Work) -> None:
    await count_due_votes(work.engine, work.settings)


async def run_standings(work: Work) -> None:
    """A run for every debate with enough new votes, one after the other, each in a process of its own."""
    for debate_id in await find_due(work.engine):
        await run_apart(work.settings, debate_id)


async def find_due(engine: AsyncEngine) -> list[int]:
    async with engine.connect() as connection:
        return list((await connection.execute(_DUE)).scalars())


async def run_apart(settings: Settings, debate_id: int) -> None:
    environment = {**os.environ, "REJOINDER_DATABASE_URL": settings.sqlalchemy_url, "OPENBLAS_NUM_THREADS": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.standing.work", str(debate_id),
        env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            _, said = await process.communicate()
        if process.returncode:
            LOG.warning("standing_run_failed", debate_id=debate_id, error=said.decode(errors="replace")[-2000:])
    finally:
        with suppress(ProcessLookupError):
            process.kill()


DUTIES = Duties(
    timetable={
        **notifications.DUTIES.timetable,
        "count_votes": (count_votes, "*/5 * * * *"),
        "run_standings": (run_standings, "* * * * *"),
    },
    watches=(settle_strengths,),
)

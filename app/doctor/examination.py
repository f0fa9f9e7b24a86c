"""The whole examination: every counter and every check, one statement each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.checks import CHECKS, Check
from app.doctor.counters import COUNTERS, Counter, differing
from app.doctor.strengths import NAME, wrong_strengths
from app.moderation.chain import Walk, describe_break
from app.moderation.verification import published_heads, verify_log
from app.standing.paths import Kept

EXAMPLES = 5  # Rows named for each finding: enough to look at, and a broken index does not flood the screen.


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; no rows where all is well."""

    name: str
    count: int
    examples: tuple[str, ...]
    is_counter: bool


STEPS = len(COUNTERS) + len(CHECKS) + 2  # The last are the strengths and the log.
LOG_NAME = "the log is as it was written"


async def examine(db: AsyncSession, data: Path | None = None) -> AsyncIterator[Finding]:
    """Run all checks, one after the other, as often as STEPS says. Counting a large site may take its time.

    `data` is the folder with the published heads of the log.
    """
    await db.execute(text("SET LOCAL statement_timeout = 0"))
    for counter in COUNTERS:
        yield await _finding(db, counter, differing(counter), _counter_example)
    for check in CHECKS:
        yield await _finding(db, check, check.wrong, _check_example)
    wrong = await wrong_strengths(db)
    yield Finding(NAME, len(wrong), tuple(_strength_example(*found) for found in wrong[:EXAMPLES]), is_counter=True)
    await db.execute(text("SET CONSTRAINTS log_entries_sealed IMMEDIATE"))  # Of what this transaction has written.
    broken = [found async for found in verify_log(db, Walk(heads=await published_heads(db, data)))]
    yield Finding(LOG_NAME, len(broken), tuple(map(describe_break, broken[:EXAMPLES])), is_counter=False)


async def _finding(db: AsyncSession, check: Counter | Check, wrong: Select[Any], describe: Any) -> Finding:
    rows = (await db.execute(select(wrong.subquery(), func.count().over().label("total")).limit(EXAMPLES))).all()
    total = rows[0].total if rows else 0
    return Finding(check.name, total, tuple(map(describe, rows)), isinstance(check, Counter))


def _counter_example(row: Row[Any]) -> str:
    *keys, kept, counted, _ = tuple(row)
    return f"{'/'.join(map(str, keys))}: {kept} kept, {counted} counted"


def _check_example(row: Row[Any]) -> str:
    debate_id, id_, problem, _ = tuple(row)
    return f"{debate_id}/{id_}: {problem}"


def _strength_example(debate_id: int, kept: Kept, computed: Kept) -> str:
    return f"{debate_id}/{kept.argument.id}: {kept.strength:.4f} kept, {computed.strength:.4f} computed"

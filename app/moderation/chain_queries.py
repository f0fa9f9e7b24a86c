"""The log in the order of its chain, for those who verify it, and its heads."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.models import LogEntry, LogHead
from app.moderation.chain import FORMAT, Head, Link, utc_text

BATCH = 1_000

CHAIN_COLUMNS: tuple[Any, ...] = (
    LogEntry.id, LogEntry.number, LogEntry.previous_hash, LogEntry.hash, LogEntry.at, LogEntry.action,
    LogEntry.debate_id, LogEntry.debate_slug, LogEntry.decision_id, LogEntry.item, LogEntry.house_rule,
    LogEntry.moderator_name, LogEntry.moderator_salt, LogEntry.moderator_digest,
    LogEntry.explanation, LogEntry.explanation_salt, LogEntry.explanation_digest,
)  # fmt: skip


def committed(row: Any) -> dict[str, Any]:
    """What the hash of an entry covers: the same as the trigger of the database puts together."""
    return {
        "format": FORMAT,
        "number": row.number,
        "previous_hash": row.previous_hash,
        "at": utc_text(row.at),
        "action": row.action.value,
        "debate_id": row.debate_id,
        "debate_slug": row.debate_slug,
        "decision_id": row.decision_id,
        "item": row.item,
        "house_rule": row.house_rule,
        "moderator_digest": row.moderator_digest,
        "explanation_digest": row.explanation_digest,
    }


def as_link(row: Any) -> Link:
    return Link(
        row.number, row.hash, row.previous_hash, committed(row),
        {"moderator": row.moderator_name, "explanation": row.explanation},
        {"moderator": row.moderator_salt, "explanation": row.explanation_salt},
        row.id,
    )  # fmt: skip


async def read_chain(db: AsyncSession) -> AsyncIterator[list[Link]]:
    """All entries, oldest first, a batch at a time; those without a number come last."""
    after: int | None = None  # Not nought: a number below one is no number of an entry, and has to be found.
    while rows := await _rows(db, LogEntry.number.is_not(None) & _is_after(after), LogEntry.number):
        yield [as_link(row) for row in rows]
        after = rows[-1].number
    if rows := await _rows(db, LogEntry.hash.is_(None) | LogEntry.number.is_(None), LogEntry.id):
        yield [as_link(row) for row in rows]


def _is_after(number: int | None) -> ColumnElement[bool]:
    return true() if number is None else LogEntry.number > number


async def _rows(db: AsyncSession, where: ColumnElement[bool], order: Any) -> list[Row[Any]]:
    return list(await db.execute(select(*CHAIN_COLUMNS).where(where).order_by(order).limit(BATCH)))


async def count_entries(db: Reader) -> int:
    return (await db.execute(select(func.count()).select_from(LogEntry))).scalar_one()


async def find_head(db: Reader) -> Head | None:
    statement = select(LogEntry.number, LogEntry.hash).where(LogEntry.number.is_not(None))
    row = (await db.execute(statement.order_by(LogEntry.number.desc()).limit(1))).one_or_none()
    return Head(int(row[0] or 0), str(row[1])) if row else None


class DayHead(NamedTuple):
    day: Any
    number: int
    hash: str
    taken_at: Any


async def load_heads(db: Reader, limit: int | None = None) -> list[DayHead]:
    """Of each day, newest first."""
    statement = select(LogHead.day, LogHead.number, LogHead.hash, LogHead.taken_at).order_by(LogHead.day.desc())
    return [DayHead(*row) for row in await db.execute(statement.limit(limit))]


# The day is that of the site's clock in UTC; a second turn on the same day changes nothing.
TAKE_HEAD = text("""
    INSERT INTO log_heads (day, number, hash)
    SELECT (now() AT TIME ZONE 'UTC')::date, number, hash FROM log_entries WHERE number IS NOT NULL
    ORDER BY number DESC LIMIT 1
    ON CONFLICT (day) DO NOTHING
""")

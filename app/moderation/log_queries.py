"""The public log, newest first."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, or_, select

from app.actor import Actor
from app.db import Reader
from app.models import Debate, Decision, LogEntry, User
from app.moderation.chain import Head
from app.moderation.chain_queries import CHAIN_COLUMNS, find_head
from app.moderation.log_filters import LogFilters
from app.permissions import recorded_debates, visible_debates

ENTRIES_SHOWN = 30
DEBATES_TO_CHOOSE = 100
BATCH = 500  # Of a file, read in one statement; between them no connection is held, however slow the reader is.

Open = Callable[[], AbstractAsyncContextManager[Reader]]
FOLDERS = {
    "argument": "arguments", "thread": "arguments", "use": "arguments", "annotation": "annotations",
    "credit": "credits", "source": "sources", "mark": "marks",
}  # fmt: skip


class LogLine(NamedTuple):
    """An entry, with the name of whom it concerns as it is now: in the log itself it does not stand."""

    entry: Row[Any]
    concerned_name: str | None
    concerned_username: str | None
    is_out_of_sight: bool  # Of a debate that was removed: what it was about is not shown any more.

    @property
    def item_kind(self) -> str:
        return str(self.entry.item["kind"])

    @property
    def until(self) -> datetime | None:
        """The end as the entry has it, also where it was lifted since."""
        said = self.entry.item.get("until")
        return datetime.fromisoformat(said) if said else None

    @property
    def place(self) -> str | None:
        if self.item_kind == "person":
            return f"/people/{self.concerned_username}" if self.concerned_username else None
        if self.is_out_of_sight:
            return None
        if self.item_kind == "debate":
            return f"/debates/{self.entry.debate_slug}"
        folder = FOLDERS.get(self.item_kind)
        return f"/debates/{self.entry.debate_slug}/{folder}/{self.entry.item['id']}" if folder else None


@dataclass(frozen=True, slots=True)
class LogPage:
    lines: list[LogLine]
    more_before: int | None
    debates: list[tuple[str, str]]  # To choose from: what stands in addresses, and the title.


async def load_log(db: Reader, actor: Actor, filters: LogFilters, debate_id: int | None = None) -> LogPage:
    """Entries of debates that this person cannot see are left out; those of deleted ones stay."""
    lines = await _lines(db, _select(actor, filters, debate_id, ENTRIES_SHOWN + 1))
    more = lines[ENTRIES_SHOWN - 1].entry.number if len(lines) > ENTRIES_SHOWN else None
    return LogPage(lines[:ENTRIES_SHOWN], more, [] if debate_id else await _load_debates(db, actor))


async def _load_debates(db: Reader, actor: Actor) -> list[tuple[str, str]]:
    statement = select(Debate.slug, Debate.title).where(visible_debates(actor)).order_by(Debate.id.desc())
    return [(row[0], row[1]) for row in await db.execute(statement.limit(DEBATES_TO_CHOOSE))]


async def read_log(
    open_reader: Open, actor: Actor, filters: LogFilters, debate_id: int | None
) -> AsyncIterator[LogLine]:
    """All of them, a batch at a time."""
    while True:
        async with open_reader() as db:
            lines = await _lines(db, _select(actor, filters, debate_id, BATCH))
        for line in lines:
            yield line
        if len(lines) < BATCH:
            return
        filters = filters.model_copy(update={"before": lines[-1].entry.number})


async def read_withheld(open_reader: Open, actor: Actor, up_to: Head) -> AsyncIterator[tuple[int, str, str]]:
    """Number, hash and the hash before of entries that this person may not read: they keep the chain whole."""
    after = 0
    while True:
        statement = (
            select(LogEntry.number, LogEntry.hash, LogEntry.previous_hash)
            .join(Debate, Debate.id == LogEntry.debate_id)
            .where(~recorded_debates(actor), LogEntry.number > after, LogEntry.number <= up_to.number)
            .order_by(LogEntry.number)
            .limit(BATCH)
        )
        async with open_reader() as db:
            rows = (await db.execute(statement)).all()
        for number, hash, previous_hash in rows:
            yield int(number or 0), str(hash), str(previous_hash)
        if len(rows) < BATCH:
            return
        after = rows[-1].number


async def read_head(open_reader: Open) -> Head | None:
    async with open_reader() as db:
        return await find_head(db)


async def _lines(db: Reader, statement: Select[Any]) -> list[LogLine]:
    return [LogLine(row, row.display_name, row.username, row.is_out_of_sight) for row in await db.execute(statement)]


def _select(actor: Actor, filters: LogFilters, debate_id: int | None, limit: int) -> Select[Any]:
    """The entries first, along the index of their numbers, and only then whom each concerns: the other way round
    PostgreSQL joins the whole log before it takes the newest."""
    hidden = select(Debate.id).where(~recorded_debates(actor))
    found = select(*CHAIN_COLUMNS).where(
        LogEntry.number.is_not(None),
        or_(LogEntry.debate_id.is_(None), LogEntry.debate_id.not_in(hidden)),
        *filters.conditions(),
    )
    if debate_id is not None:
        found = found.where(LogEntry.debate_id == debate_id)
    out_of_sight = and_(Debate.id.is_not(None), ~visible_debates(actor))
    entries = found.order_by(LogEntry.number.desc()).limit(limit).subquery()
    return (
        select(*entries.c, User.display_name, User.username, out_of_sight.label("is_out_of_sight"))
        .outerjoin(Debate, Debate.id == entries.c.debate_id)
        .outerjoin(Decision, Decision.id == entries.c.decision_id)
        .outerjoin(User, User.id == Decision.concerned_id)
        .order_by(entries.c.number.desc())
    )

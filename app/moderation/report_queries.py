"""Reports of mistakes in the log, with the entries that they are about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import Action, Debate, Decision, LogEntry, LogReport, User
from app.permissions import visible_debates

REPORTS_SHOWN = 50


class Entry(NamedTuple):
    """An entry that somebody reports, or reports on which are read."""

    number: int
    at: datetime
    moderator_name: str | None
    moderator_id: int | None
    action: Action
    item: dict[str, Any]
    explanation: str | None
    decision_id: int | None


class Report(NamedTuple):
    id: int
    words: str
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    reporter_id: int | None
    reporter_name: str | None
    answered_by_name: str | None
    version: int  # The newest report on the same entry.
    entry: Entry


@dataclass(frozen=True, slots=True)
class ReportPage:
    reports: list[Report]
    more_after: int | None


_ENTRY = (
    LogEntry.number, LogEntry.at, LogEntry.moderator_name, Decision.moderator_id, LogEntry.action, LogEntry.item,
    LogEntry.explanation, LogEntry.decision_id,
)  # fmt: skip


async def find_entry(db: Reader, actor: Actor, number: int) -> Entry:
    statement = (
        select(*_ENTRY)
        .outerjoin(Decision, Decision.id == LogEntry.decision_id)
        .outerjoin(Debate, Debate.id == LogEntry.debate_id)
        .where(LogEntry.number == number, or_(Debate.id.is_(None), visible_debates(actor)))
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("The log has no such entry.")
    return Entry(*row)


async def load_own_reports(db: Reader, actor: Actor, number: int) -> list[Report]:
    """What somebody has reported of this entry, with the answers. Visitors find theirs no more."""
    if actor.id is None:
        return []
    own = (LogReport.entry_number == number, LogReport.reporter_id == actor.id)
    return [_report(row) for row in await db.execute(_reports().where(*own).order_by(LogReport.id))]


async def load_open_reports(db: Reader, after: int | None) -> ReportPage:
    """Those that nobody has answered, oldest first."""
    waiting = _reports().where(LogReport.answered_at.is_(None), LogReport.id > (after or 0))
    rows = [_report(row) for row in await db.execute(waiting.order_by(LogReport.id).limit(REPORTS_SHOWN + 1))]
    return ReportPage(rows[:REPORTS_SHOWN], rows[REPORTS_SHOWN - 1].id if len(rows) > REPORTS_SHOWN else None)


async def find_report(db: Reader, report_id: int) -> Report:
    row = (await db.execute(_reports().where(LogReport.id == report_id))).one_or_none()
    if row is None:
        raise NotFound("There is no such report.")
    return _report(row)


def _reports() -> Select[*tuple[Any, ...]]:
    names = {}
    for role, column in (("reporter", LogReport.reporter_id), ("answered_by", LogReport.answered_by_id)):
        names[role] = select(User.display_name).where(User.id == column).scalar_subquery()
    same = aliased(LogReport)
    newest = select(func.max(same.id)).where(same.entry_number == LogReport.entry_number).scalar_subquery()
    return (
        select(
            LogReport.id, LogReport.words, LogReport.created_at, LogReport.answer, LogReport.answered_at,
            LogReport.reporter_id, names["reporter"], names["answered_by"],
            newest, *_ENTRY,
        )
        .select_from(LogReport)
        .join(LogEntry, LogEntry.number == LogReport.entry_number)
        .outerjoin(Decision, Decision.id == LogEntry.decision_id)
    )  # fmt: skip


def _report(row: Row[*tuple[Any, ...]]) -> Report:
    return Report._make([*row[:9], Entry._make(row[9:])])

"""Reports of mistakes in the log, with the entries that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import Action, Argument, Debate, Decision, LogEntry, LogReport, Reshaping, User, VoteDiscount
from app.permission_terms import Bench
from app.permissions import recorded_debates
from app.permissions_to_judge import judges_of

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
    proposer_id: int | None  # Of two moderators who decided together.
    concerned_id: int | None
    concerned_name: str | None  # As it is now, as in the log.
    touched: list[int] | None  # Whose votes were discounted, and who wrote the other argument of a merge or a move.

    @property
    def acted_ids(self) -> set[int]:
        return {id for id in (self.moderator_id, self.proposer_id) if id is not None}

    @property
    def concerned_ids(self) -> set[int]:
        return {id for id in (self.concerned_id, *(self.touched or ())) if id is not None}


class Report(NamedTuple):
    id: int
    words: str
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    reporter_id: int | None
    reporter_name: str | None
    answered_by_name: str | None
    answered_by_id: int | None
    version: int  # The newest report on the same entry.
    entry: Entry

    @property
    def is_answered_by_concerned(self) -> bool:
        return self.answered_by_id in self.entry.concerned_ids


@dataclass(frozen=True, slots=True)
class ReportPage:
    reports: list[Report]
    more_after: int | None


def _touched() -> ColumnElement[list[int] | None]:
    """By the decision, or by the one that it undoes."""
    decisions = (Decision.id, Decision.reverses_id)
    voters = select(VoteDiscount.voter_id).where(VoteDiscount.decision_id.in_(decisions))
    is_other = and_(Reshaping.debate_id == Argument.debate_id, Reshaping.other_id == Argument.id)
    authors = select(Argument.author_id).join(Reshaping, is_other).where(Reshaping.decision_id.in_(decisions))
    people = union(*(each.correlate(Decision) for each in (voters, authors))).subquery().lateral()
    return select(func.array_agg(people.c[0])).scalar_subquery()


_ENTRY = (
    LogEntry.number, LogEntry.at, LogEntry.moderator_name, Decision.moderator_id, LogEntry.action, LogEntry.item,
    LogEntry.explanation, LogEntry.decision_id, Decision.proposer_id, Decision.concerned_id,
    select(User.display_name).where(User.id == Decision.concerned_id).scalar_subquery(), _touched(),
)  # fmt: skip


async def find_entry(db: Reader, actor: Actor, number: int) -> Entry:
    statement = (
        select(*_ENTRY)
        .outerjoin(Decision, Decision.id == LogEntry.decision_id)
        .outerjoin(Debate, Debate.id == LogEntry.debate_id)
        .where(LogEntry.number == number, or_(Debate.id.is_(None), recorded_debates(actor)))
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


async def load_benches(db: Reader, reports: Sequence[Report]) -> dict[int, Bench]:
    """Who could answer each report instead of its reader."""
    rows = await db.scalar(select(judges_of(literal(None, BigInteger))))
    return {report.id: Bench.of(rows, report.created_at) for report in reports}


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
            LogReport.reporter_id, names["reporter"], names["answered_by"], LogReport.answered_by_id,
            newest, *_ENTRY,
        )
        .select_from(LogReport)
        .join(LogEntry, LogEntry.number == LogReport.entry_number)
        .outerjoin(Decision, Decision.id == LogEntry.decision_id)
    )  # fmt: skip


def _report(row: Row[*tuple[Any, ...]]) -> Report:
    return Report._make([*row[:10], Entry._make(row[10:])])

"""The queue: open cases of the debates where one may moderate, as chosen, page by page."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Subquery, and_, func, literal, null, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import Case, CaseCount, Debate, DebateState, Flag, FlagReason, QueueView, User
from app.moderation.case_items import CONCERNED_ID, TEXT, WORD, join_items, show_text
from app.moderation.casework.filters import (
    Order,
    QueueFilter,
    Selected,
    is_claimed,
    narrow,
    put_in_order,
    sort_column,
    start_after,
)
from app.moderation.casework.queued import find_removed_debates, queued_cases
from app.permissions import moderated, visible_debates

CASES_SHOWN = 30
MANY_SHOWN = 100  # As many as can be decided together.
DEBATES_SHOWN = 12  # Below the queue; further ones are found on their own pages.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CaseLine(NamedTuple):
    id: int
    version: int
    opened_at: datetime
    flag_count: int
    score: float
    is_escalated: bool
    slug: str | None  # Of a person's case there is no debate.
    motion: str | None
    claimed_name: str | None  # Of whoever works on it now.
    claimed_until: datetime | None
    assigned_name: str | None
    author_name: str | None
    word: str  # argument, note, question, reply, credit, source or person
    text: str
    reasons: dict[FlagReason, int]


class DebateCount(NamedTuple):
    slug: str
    motion: str
    open_count: int


class SavedView(NamedTuple):
    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Queue:
    chosen: QueueFilter
    debates: list[DebateCount]
    people_count: int  # Open cases about people, which belong to no debate.
    lines: list[CaseLine]
    more_after: str | None
    views: list[SavedView]
    moderated: list[tuple[str, str]]  # Slug and motion of the newest debates that the actor moderates.

    @property
    def open_count(self) -> int:
        return sum(debate.open_count for debate in self.debates) + self.people_count


async def load_queue(
    db: Reader, actor: Actor, chosen: QueueFilter, after: str | None = None, size: int = CASES_SHOWN
) -> Queue:
    """In five statements. `after` says where the page before ended."""
    rows = (await db.execute(_counts(actor))).all()
    debates = [DebateCount(row.slug, row.motion, row.open_count) for row in rows if row.id]
    people_count = sum(row.open_count for row in rows if not row.id)
    page = _select_page(actor, chosen, after, await find_removed_debates(db)).limit(size + 1).subquery()
    lines = [_line(row) for row in await db.execute(put_in_order(_select_lines(page), chosen.order))]
    more = _place(chosen.order, lines[size - 1]) if len(lines) > size else None
    own = select(QueueView.id, QueueView.name, QueueView.query).where(QueueView.user_id == actor.id)
    views = [SavedView._make(row) for row in await db.execute(own.order_by(QueueView.name))]
    moderates = select(Debate.slug, Debate.motion).where(moderated(actor, Debate.id), visible_debates(actor))
    newest = await db.execute(moderates.order_by(Debate.id.desc()).limit(DEBATES_SHOWN))
    moderates_newest = [(row.slug, row.motion) for row in newest]
    return Queue(chosen, debates, people_count, lines[:size], more, views, moderates_newest)


def _counts(actor: Actor) -> Any:
    """Open cases of each debate, the fullest first; those about people have no debate and are counted together."""
    of_debates = (
        select(Debate.id, Debate.slug, Debate.motion, CaseCount.open_count)
        .join(CaseCount, CaseCount.debate_id == Debate.id)
        .where(CaseCount.open_count > 0, moderated(actor, Debate.id), Debate.state != DebateState.REMOVED)
    )
    about_people = (Case.person_id.is_not(None), Case.closed_at.is_(None), moderated(actor, Case.debate_id))
    of_people = select(literal(0), null(), null(), func.count()).select_from(Case).where(*about_people)
    both = union_all(of_debates, of_people).subquery()
    return select(both).where(both.c.open_count > 0).order_by(both.c.open_count.desc(), both.c.id)


def _place(order: Order, line: CaseLine) -> str:
    """Where a page ends, for an address: a score, or microseconds, and the case's id."""
    moment = (line.opened_at - EPOCH) // timedelta(microseconds=1)
    return f"{line.score if order == Order.WEIGHTIEST else moment}-{line.id}"


def _read_place(order: Order, after: str) -> tuple[float | datetime, int]:
    value, _, case_id = after.partition("-")
    if order == Order.WEIGHTIEST:
        return -float(value), int(case_id)
    try:
        return EPOCH + timedelta(microseconds=float(value)), int(case_id)
    except OverflowError:  # Later than anything can have been opened.
        return datetime.max.replace(tzinfo=UTC), int(case_id)


def _select_page(actor: Actor, chosen: QueueFilter, after: str | None, removed: list[int]) -> Selected:
    """The ids alone: however many cases fail the conditions, an index of the queue says so without their rows."""
    statement: Selected = select(Case.id).where(queued_cases(actor, removed))
    statement = put_in_order(narrow(statement, actor, chosen), chosen.order)
    return statement if after is None else start_after(statement, chosen.order, *_read_place(chosen.order, after))


def _select_lines(page: Subquery) -> Selected:
    by_reason = (
        select(Flag.reason, func.count().label("count"))
        .where(Flag.case_id == Case.id, Flag.withdrawn_at.is_(None))
        .group_by(Flag.reason)
        .correlate(Case)
        .subquery()
    )
    reasons = select(func.jsonb_object_agg(by_reason.c.reason, by_reason.c.count, type_=JSONB)).scalar_subquery()
    claimer, assigned = aliased(User), aliased(User)
    columns = select(
            Case.id, Case.version, Case.opened_at, Case.flag_count, Case.score, Case.escalated_at.is_not(None),
            Debate.slug, Debate.motion, claimer.display_name, Case.claimed_until, assigned.display_name,
            User.display_name, WORD, TEXT, reasons,
    )  # fmt: skip
    statement: Selected = (
        join_items(
            columns.select_from(page).join(Case, Case.id == page.c.id).outerjoin(Debate, Debate.id == Case.debate_id)
        )
        .outerjoin(User, User.id == CONCERNED_ID)
        .outerjoin(claimer, and_(claimer.id == Case.claimed_by_id, is_claimed()))
        .outerjoin(assigned, assigned.id == Case.assigned_to_id)
    )
    return statement


def _line(row: Any) -> CaseLine:
    *columns, word, text, reasons = row
    counts = {FlagReason(name): count for name, count in (reasons or {}).items()}
    return CaseLine._make([*columns, word, show_text(word, text), counts])


def place_of(order: Order, case_id: int) -> tuple[Any, int]:
    """Where a case stands in the order, for the database to look up."""
    last = aliased(Case)
    return select(sort_column(order, last)).where(last.id == case_id).scalar_subquery(), case_id

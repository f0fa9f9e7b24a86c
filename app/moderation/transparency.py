"""What moderators did, in numbers: of the whole site or of one debate, from their decisions. Fixed statements."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import Date

from app.actor import VISITOR
from app.db import Reader
from app.models import Action, Appeal, AppealOutcome, Case, Debate, DebateState, Decision, LogEntry
from app.moderation.undo_commands import REVERSALS
from app.permissions import recorded_debates

MONTHS_SHOWN = 24  # In the picture and on the page; the file has all.


class Tally(NamedTuple):
    """How many decisions of one kind in one month."""

    month: date
    debate: str | None  # What stands in addresses; nothing for what holds on the whole site.
    title: str | None  # Nothing either where the debate was removed.
    action: Action
    rule: str | None
    law: str | None  # As moderators named it.
    decisions: int


class FirstDecision(NamedTuple):
    """From the first flag to the first decision by a person, over all cases that flags opened."""

    cases: int
    median: timedelta | None


class Agreement(NamedTuple):
    """How many decisions another moderator undid, of those that can be undone. Who accepts an invitation or steps down
    chooses that themselves, so no two moderators can differ about it."""

    decisions: int
    undone_by_others: int
    undone_by_themselves: int


class Appeals(NamedTuple):
    decided: int
    overturned: int
    median: timedelta | None


@dataclass(frozen=True)
class Transparency:
    tallies: Sequence[Tally]
    first_decision: FirstDecision
    agreement: Agreement
    appeals: Appeals | None

    @property
    def total(self) -> int:
        return sum(tally.decisions for tally in self.tallies)

    @property
    def by_action(self) -> list[tuple[Action, int]]:
        return self._most(lambda tally: tally.action)

    @property
    def by_rule(self) -> list[tuple[tuple[str | None, str | None], int]]:
        """By the house rule, or by the law that was named: those are grounds of two kinds."""
        return self._most(lambda tally: (tally.rule, tally.law))

    @property
    def by_debate(self) -> list[tuple[tuple[str | None, str | None], int]]:
        return self._most(lambda tally: (tally.debate, tally.title))

    @property
    def by_month(self) -> list[tuple[date, int]]:
        """The last months without a gap, oldest first."""
        counts: Counter[date] = Counter()
        for tally in self.tallies:
            counts[tally.month] += tally.decisions
        if not counts:
            return []
        return [(month, counts[month]) for month in _months(min(counts), max(counts))][-MONTHS_SHOWN:]

    def _most(self, key: Any) -> list[tuple[Any, int]]:
        counts: Counter[Any] = Counter()
        for tally in self.tallies:
            counts[key(tally)] += tally.decisions
        return counts.most_common()


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)


async def load_transparency(db: Reader, debate_id: int | None) -> Transparency:
    """As a visitor sees it: without drafts. Of what was removed the decisions count, its title is not shown."""
    return Transparency(
        [Tally(*row) for row in await db.execute(_tallies(debate_id))],
        FirstDecision(*(await db.execute(_first_decision(debate_id))).one()),
        Agreement(*(await db.execute(_agreement(debate_id))).one()),
        await load_appeals(db, debate_id),
    )


async def load_appeals(db: Reader, debate_id: int | None) -> Appeals | None:
    """Those that were answered; nothing where none was: the page then says nothing of appeals."""
    appeals = Appeals(*(await db.execute(_appeals(debate_id))).one())
    return appeals if appeals.decided else None


async def find_version(db: Reader) -> int:
    """Every decision makes an entry in the log, so its last number says whether the numbers are still those."""
    return (await db.execute(select(func.max(LogEntry.number)))).scalar_one() or 0


def _within(debate_id: int | None) -> ColumnElement[bool]:
    if debate_id is not None:
        return Decision.debate_id == debate_id
    return or_(Decision.debate_id.is_(None), recorded_debates(VISITOR))


def _tallies(debate_id: int | None) -> Select[*tuple[Any, ...]]:
    month = cast(func.date_trunc("month", func.timezone("UTC", Decision.made_at)), Date).label("month")
    title = case((Debate.state != DebateState.REMOVED, Debate.title))
    keys = (month, Debate.slug, title.label("title"), Decision.action, Decision.house_rule, Decision.law)
    return (
        select(*keys, func.count())
        .select_from(Decision)
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .where(_within(debate_id))
        .group_by(*keys)
        .order_by(month, Debate.slug, Decision.action, Decision.house_rule, Decision.law)
    )


def _first_decision(debate_id: int | None) -> Select[*tuple[Any, ...]]:
    first = (
        select((func.min(Decision.made_at) - Case.opened_at).label("took"))
        .select_from(Decision)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .where(_within(debate_id), Case.flag_count > 0, ~Decision.is_automated)
        .group_by(Case.id)
        .subquery()
    )
    return select(func.count(), func.percentile_cont(0.5).within_group(first.c.took)).select_from(first)


def _appeals(debate_id: int | None) -> Select[*tuple[Any, ...]]:
    took = Appeal.answered_at - Appeal.made_at
    return (
        select(
            func.count(),
            func.count().filter(Appeal.outcome == AppealOutcome.OVERTURNED),
            func.percentile_cont(0.5).within_group(took),
        )
        .join(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .where(_within(debate_id), Appeal.answered_at.is_not(None))
    )


def _agreement(debate_id: int | None) -> Select[*tuple[Any, ...]]:
    later = aliased(Decision)
    is_undone = later.id.is_not(None)
    is_by_other = later.moderator_id.is_distinct_from(Decision.moderator_id)
    return (
        select(
            func.count(),
            func.count().filter(and_(is_undone, is_by_other)),
            func.count().filter(and_(is_undone, ~is_by_other)),
        )
        .select_from(Decision)
        .outerjoin(later, later.reverses_id == Decision.id)
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .where(
            _within(debate_id),
            Decision.action.in_(REVERSALS),
            Decision.moderator_id.is_not(None),
            Decision.change["by"].astext.is_(None),
        )
    )

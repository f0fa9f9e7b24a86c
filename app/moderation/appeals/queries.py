"""Appeals: those against a decision, those that wait for moderators, and the decisions about oneself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, tuple_, union
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import (
    Action,
    Appeal,
    AppealOutcome,
    Debate,
    DebateRole,
    DebateRoleKind,
    DebateState,
    Decision,
    Flag,
    HouseRule,
    User,
    VoteDiscount,
)
from app.moderation.decision_queries import DecisionView
from app.moderation.items import Participant, item_columns
from app.moderation.redaction import WANTED
from app.permission_terms import Permission
from app.permissions import can_appeal, moderated
from app.permissions_to_appeal import BY_THEMSELVES, OF_WHOLE_DEBATES, are_appeals_over, last_of_appeals

SHOWN = 30


class AppealLine(NamedTuple):
    id: int
    decision_id: int
    made_at: datetime
    version: int
    words: str
    outcome: AppealOutcome | None
    answer_id: int | None
    answered_at: datetime | None
    appellant_id: int | None
    appellant_username: str | None
    appellant_name: str | None
    action: Action
    motion: str | None


class OwnDecision(NamedTuple):
    """A decision about somebody, as they see it in their list."""

    id: int
    action: Action
    made_at: datetime
    until: datetime | None
    house_rule: HouseRule | None
    explanation: str
    law: str | None
    wanted: str | None  # What they were asked to change.
    is_concerned: bool  # Or it is about what they flagged, voted or host.
    item_kind: str
    debate_title: str | None  # Nothing where the debate was removed.
    is_in_removed_debate: bool | None
    undone_by_id: int | None
    reverses_id: int | None
    appealed_at: datetime | None
    outcome: AppealOutcome | None
    answer_id: int | None
    is_over: bool
    is_stepping_down: bool

    @property
    def is_role_on_site(self) -> bool:
        return self.action == Action.CHANGE_ROLE and self.is_in_removed_debate is None


@dataclass(frozen=True, slots=True)
class Redress:
    """What somebody can do about a decision, and what came of it so far."""

    permission: Permission
    own: AppealLine | None
    answered: list[AppealLine]  # Without the words of the appeals, which are nobody else's business.
    waiting_count: int
    answers: AppealLine | None  # The appeal that this decision answers.
    closes_at: datetime

    @property
    def is_over(self) -> bool:
        return datetime.now(UTC) > self.closes_at


async def load_redress(db: Reader, actor: Actor, decision: DecisionView, voters: Collection[Participant]) -> Redress:
    """Two statements. `voters` are those whose votes it discounts."""
    found = or_(Appeal.decision_id == decision.id, Appeal.answer_id == decision.id)
    appeals = [AppealLine._make(row) for row in await db.execute(_appeals().where(found).order_by(Appeal.id))]
    against = [appeal for appeal in appeals if appeal.decision_id == decision.id]
    own = (each for each in against if actor.is_signed_in and each.appellant_id == actor.id)
    return Redress(
        can_appeal(actor, decision, has_flagged=await has_flagged(db, actor, decision.case_id), voters=voters),
        next(own, None),
        [appeal for appeal in against if appeal.outcome],
        sum(1 for appeal in against if not appeal.outcome),
        next((appeal for appeal in appeals if appeal.answer_id == decision.id), None),
        last_of_appeals(decision.made_at),
    )


async def has_flagged(db: Reader, actor: Actor, case_id: int | None) -> bool:
    """Whether a flag of theirs, not taken back, led to the decision."""
    own = exists().where(Flag.case_id == case_id, Flag.reporter_id == actor.id, Flag.withdrawn_at.is_(None))
    return bool(await db.scalar(select(own)))


async def find_who_flagged(db: Reader, decision: DecisionView) -> set[int]:
    """Of the same case or the same item; taking a flag back does not undo having flagged."""
    if decision.case_id is None and decision.item_key is None:
        return set()
    of_same = Flag.case_id == decision.case_id
    if decision.item_key is not None and decision.debate_id is not None:
        kind, id = decision.item_key
        columns = item_columns(kind, decision.debate_id, id).items()
        of_same = or_(of_same, and_(*(getattr(Flag, name) == value for name, value in columns if value is not None)))
    return {id for id in await db.scalars(select(Flag.reporter_id).where(of_same)) if id is not None}


async def load_waiting(db: Reader, actor: Actor, after: int | None) -> tuple[list[AppealLine], int | None]:
    """Those in debates that the person moderates, the oldest first, with the id after which more follow."""
    last = aliased(Appeal)
    waiting = _appeals().where(Appeal.answered_at.is_(None), _visible(actor)).order_by(Appeal.made_at, Appeal.id)
    if after is not None:
        place = select(last.made_at, last.id).where(last.id == after).scalar_subquery()
        waiting = waiting.where(tuple_(Appeal.made_at, Appeal.id) > place)
    lines = [AppealLine._make(row) for row in await db.execute(waiting.limit(SHOWN + 1))]
    return lines[:SHOWN], lines[SHOWN - 1].id if len(lines) > SHOWN else None


async def count_waiting(db: Reader, actor: Actor) -> int:
    waiting = select(func.count()).select_from(Appeal).join(Decision, Decision.id == Appeal.decision_id)
    return await db.scalar(waiting.where(Appeal.answered_at.is_(None), _visible(actor))) or 0


async def find_appeal(db: Reader, actor: Actor, appeal_id: int) -> AppealLine:
    row = (await db.execute(_appeals().where(Appeal.id == appeal_id, _visible(actor)))).one_or_none()
    if row is None:
        raise NotFound("There is no such appeal in the debates that you moderate.")
    return AppealLine._make(row)


async def load_own_decisions(db: Reader, person_id: int, before: int | None) -> tuple[list[OwnDecision], int | None]:
    """About the person, what they wrote, flagged and voted, and all of a debate that they host: the newest first,
    in one statement."""
    later = aliased(Decision)
    undone_by = select(later.id).where(later.reverses_id == Decision.id).scalar_subquery()
    is_concerned = and_(Decision.concerned_id == person_id, Decision.action.not_in((Action.DISMISS, Action.REOPEN)))
    flagged = select(Decision.id).join(Flag, Flag.case_id == Decision.case_id)
    flagged = flagged.where(Flag.reporter_id == person_id, Flag.withdrawn_at.is_(None))
    voted = select(VoteDiscount.decision_id).where(VoteDiscount.voter_id == person_id)
    hosted = select(Decision.id).where(_is_of_hosted(person_id))
    own = union(select(Decision.id).where(is_concerned), flagged, voted, hosted)
    statement = (
        select(
            Decision.id, Decision.action, Decision.made_at, Decision.until, Decision.house_rule, Decision.explanation,
            Decision.law, WANTED, func.coalesce(is_concerned, False), _item_kind(), *_debate(), undone_by,
            Decision.reverses_id, Appeal.made_at, Appeal.outcome, Appeal.answer_id,
            are_appeals_over(Decision.made_at), func.coalesce(Decision.change.contains(BY_THEMSELVES), false()),
        )
        .outerjoin(Debate, Debate.id == Decision.debate_id)
        .outerjoin(Appeal, and_(Appeal.decision_id == Decision.id, Appeal.appellant_id == person_id))
        .where(Decision.id.in_(own))
        .order_by(Decision.id.desc())
        .limit(SHOWN + 1)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(Decision.id < before)
    lines = [OwnDecision._make(row) for row in await db.execute(statement)]
    return lines[:SHOWN], lines[SHOWN - 1].id if len(lines) > SHOWN else None


def _is_of_hosted(person_id: int) -> ColumnElement[bool]:
    """Made by somebody else about a whole debate that the person hosts."""
    hosted = select(DebateRole.debate_id).filter_by(user_id=person_id, kind=DebateRoleKind.HOST)
    return and_(_is_of_whole(), Decision.debate_id.in_(hosted), Decision.moderator_id.is_distinct_from(person_id))


def _is_of_whole() -> ColumnElement[bool]:
    return and_(Decision.action.in_(OF_WHOLE_DEBATES), Decision.argument_id.is_(None))


def _item_kind() -> ColumnElement[str]:
    columns = (
        (Decision.argument_id, "argument"),
        (Decision.annotation_id, "annotation"),
        (Decision.credit_id, "credit"),
        (Decision.source_id, "source"),
        (Decision.mark_id, "mark"),
    )
    return case(*((column.is_not(None), kind) for column, kind in columns), (_is_of_whole(), "debate"), else_="person")


def _debate() -> tuple[ColumnElement[Any], ...]:
    is_removed = Debate.state == DebateState.REMOVED
    return case((~is_removed, Debate.title)), is_removed


def _appeals() -> Select[*tuple[Any, ...]]:
    is_removed = Debate.state == DebateState.REMOVED
    return (
        select(
            Appeal.id, Appeal.decision_id, Appeal.made_at, Appeal.version, Appeal.words, Appeal.outcome,
            Appeal.answer_id, Appeal.answered_at, User.id, User.username, User.display_name,
            Decision.action, case((is_removed, "a removed debate"), else_=Debate.motion),
        )
        .join(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(User, User.id == Appeal.appellant_id)
        .outerjoin(Debate, Debate.id == Decision.debate_id)
    )  # fmt: skip


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Those against decisions on the whole site are for its moderators."""
    return moderated(actor, Decision.debate_id)

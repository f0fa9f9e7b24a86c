"""Known cases: which are settled, and on which of them somebody may practise."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import (
    Action,
    Annotation,
    Appeal,
    Argument,
    Case,
    Credit,
    Debate,
    Decision,
    Flag,
    HouseRule,
    KnownCase,
    Origin,
    User,
    Verdict,
)
from app.moderation.items import ItemKind, item_key
from app.permissions import moderated, visible_debates
from app.targets import DEBATE_HEAD, DebateHead

VERDICTS = {Action.DISMISS: Verdict.LEAVE, Action.HIDE: Verdict.HIDE}
MOST_LISTED = 200


class Settled(NamedTuple):
    """How a known case was settled."""

    known_id: int
    case_id: int
    argument_id: int | None
    annotation_id: int | None
    credit_id: int | None
    action: Action
    house_rule: HouseRule | None
    explanation: str
    moderator_username: str | None
    moderator_name: str | None

    @property
    def item_key(self) -> tuple[ItemKind, int]:
        key = item_key(self.argument_id, self.annotation_id, self.credit_id, None, None)  # Neither sources nor marks.
        assert key is not None
        return key

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.action]


class KnownLine(NamedTuple):
    case_id: int
    motion: str
    action: Action | None  # None: it is settled no more, or its text is gone.
    house_rule: HouseRule | None
    added_at: datetime
    added_by: str | None


def is_settled() -> ColumnElement[bool]:
    """Of a decision on a closed case: by a person, the last one, not undone, and no appeal waits against it."""
    undoing, later = aliased(Decision), aliased(Decision)
    return and_(
        Case.closed_at.is_not(None),
        Decision.action.in_(VERDICTS),
        ~Decision.is_automated,
        ~exists().where(undoing.reverses_id == Decision.id),
        ~exists().where(later.case_id == Decision.case_id, later.id > Decision.id, later.action.in_(VERDICTS)),
        ~exists().where(Appeal.decision_id == Decision.id, Appeal.answered_at.is_(None)),
    )


def is_there() -> ColumnElement[bool]:
    """Of the item: its author has neither withdrawn it nor left, and nothing but this decision hides it."""
    return or_(*(_stands(kind) for kind in (Argument, Annotation, Credit)))


def _stands(kind: Any) -> ColumnElement[bool]:
    has_author = kind.author_id.is_not(None)
    if kind is Argument:
        has_author = or_(has_author, Argument.origin == Origin.ESSAY)
    is_hidden_by_it = kind.hidden_by_id.is_not_distinct_from(Decision.id)
    is_shown = and_(kind.hidden_by_id.is_(None), Decision.action == Action.DISMISS)
    return and_(kind.id.is_not(None), has_author, kind.withdrawn_at.is_(None), or_(is_hidden_by_it, is_shown))


def is_strange_to(actor: Actor) -> ColumnElement[bool]:
    """Whether a case is nothing of the person's own: not about them, not flagged and not decided by them."""
    decided = aliased(Decision)
    by_them = or_(decided.moderator_id == actor.id, decided.proposer_id == actor.id, decided.concerned_id == actor.id)
    return and_(
        *(kind.author_id.is_distinct_from(actor.id) for kind in (Argument, Annotation, Credit)),
        ~exists().where(Flag.case_id == Case.id, Flag.reporter_id == actor.id),
        ~exists().where(decided.case_id == Case.id, by_them),
    )


def with_item(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Known cases with what they are about and how they were decided."""
    return (
        statement.select_from(KnownCase)
        .join(Case, Case.id == KnownCase.case_id)
        .join(Debate, Debate.id == KnownCase.debate_id)
        .join(Decision, Decision.case_id == Case.id)
        .outerjoin(Argument, and_(Argument.debate_id == Case.debate_id, Argument.id == Case.argument_id))
        .outerjoin(Annotation, and_(Annotation.debate_id == Case.debate_id, Annotation.id == Case.annotation_id))
        .outerjoin(Credit, and_(Credit.debate_id == Case.debate_id, Credit.id == Case.credit_id))
    )


def practisable(actor: Actor) -> ColumnElement[bool]:
    """Those of debates that the person moderates, whose hidden texts they may read anyway."""
    may_see = and_(moderated(actor, KnownCase.debate_id), visible_debates(actor))
    return and_(may_see, is_settled(), is_there(), is_strange_to(actor))


async def find_settled(db: Reader, actor: Actor, known_id: int) -> tuple[Settled, DebateHead]:
    moderator = aliased(User)
    columns = (
        KnownCase.id, Case.id, Case.argument_id, Case.annotation_id, Case.credit_id, Decision.action,
        Decision.house_rule, Decision.explanation, moderator.username, moderator.display_name,
    )  # fmt: skip
    statement = with_item(select(*columns, *DEBATE_HEAD)).outerjoin(moderator, moderator.id == Decision.moderator_id)
    row = (await db.execute(statement.where(KnownCase.id == known_id, practisable(actor)))).one_or_none()
    if row is None:
        raise NotFound("There is no such case to practise on, or not for you.")
    values: tuple[Any, ...] = tuple(row)
    return Settled._make(values[: len(columns)]), DebateHead(*values[len(columns) :])


async def load_known_cases(db: Reader, actor: Actor) -> list[KnownLine]:
    """Those where the person moderates, the newest first, also those that nobody can practise on any more."""
    settled = (
        with_item(select(KnownCase.id.label("known_id"), Decision.action, Decision.house_rule))
        .where(is_settled(), is_there())
        .subquery()
    )
    columns = (KnownCase.case_id, Debate.motion, settled.c.action, settled.c.house_rule, KnownCase.created_at)
    statement = (
        select(*columns, User.display_name)
        .join(Debate, Debate.id == KnownCase.debate_id)
        .outerjoin(settled, settled.c.known_id == KnownCase.id)
        .outerjoin(User, User.id == KnownCase.added_by_id)
        .where(moderated(actor, KnownCase.debate_id), visible_debates(actor))
        .order_by(KnownCase.id.desc())
        .limit(MOST_LISTED)
    )
    return [KnownLine._make(row) for row in await db.execute(statement)]


async def is_known(db: Reader, case_id: int) -> bool:
    return bool(await db.scalar(select(exists().where(KnownCase.case_id == case_id))))


async def count_settled(db: Reader, case_id: int) -> int:
    """1 for a case that can be chosen."""
    statement = select(func.count()).select_from(Case).join(Decision, Decision.case_id == Case.id)
    is_practised_on = and_(Case.source_id.is_(None), Case.mark_id.is_(None))
    return (await db.execute(statement.where(Case.id == case_id, is_practised_on, is_settled()))).scalar_one()

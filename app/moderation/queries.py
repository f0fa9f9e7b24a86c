"""One case with everything that a moderator needs to decide it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, exists, false, func, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.arguments.cards import ArgumentCard
from app.arguments.queries import Cited, find_card, find_cited, load_citations, load_path
from app.arguments.sources import CITES, SourceDraft, load_sources
from app.db import Reader
from app.errors import NotFound
from app.models import (
    Action,
    Annotation,
    Argument,
    Case,
    Debate,
    Decision,
    Flag,
    FlagReason,
    SourceCitation,
    User,
)
from app.moderation.flag_weights import Part, Reporter, explain_weight
from app.moderation.items import Item, ItemKind, find_item, item_key
from app.permissions import visible_cases
from app.targets import DEBATE_HEAD, DebateHead

CITING_SHOWN = 10  # Enough to see what it is used for; its page has all.
_UNDOING = aliased(Decision)
RESTRICTS = and_(  # And was not undone.
    Decision.action.in_((Action.HIDE, Action.REMOVE, Action.SILENCE, Action.SUSPEND)),
    ~exists().where(_UNDOING.reverses_id == Decision.id),
)


class OpenCase(NamedTuple):
    """A case, open or closed; `version` goes with the form that decides it."""

    id: int
    debate_id: int | None  # None where it is about a person, who is forgotten with the account.
    argument_id: int | None
    annotation_id: int | None
    credit_id: int | None
    source_id: int | None
    mark_id: int | None
    person_id: int | None
    flag_count: int
    score: float
    version: int
    opened_at: datetime
    closed_at: datetime | None
    escalated_at: datetime | None

    @property
    def item_key(self) -> tuple[ItemKind, int]:
        key = item_key(self.argument_id, self.annotation_id, self.credit_id, self.source_id, self.mark_id)
        assert key is not None
        return key


class FlagLine(NamedTuple):
    reason: FlagReason
    words: str
    created_at: datetime
    withdrawn_at: datetime | None
    reporter_username: str | None
    reporter_name: str | None
    weight: float
    trust_level: int
    is_by_staff: bool
    agreed_count: int
    handled_count: int

    @property
    def parts(self) -> list[Part]:
        """How its weight came about."""
        return explain_weight(Reporter(self.trust_level, self.is_by_staff, self.agreed_count, self.handled_count))


class CitedBy(NamedTuple):
    id: int
    claim: str
    words: str


class AnsweredNote(NamedTuple):
    """The note that a reply answers: without it one cannot tell what the reply speaks of."""

    id: int
    author_name: str | None
    is_hidden: bool
    body: Markup


class DecisionLine(NamedTuple):
    id: int
    case_id: int | None
    action: Action
    explanation: str
    made_at: datetime
    moderator_name: str | None


def count_reasons(flags: Iterable[FlagLine]) -> dict[FlagReason, int]:
    """How many flags that stand give which reason, the most frequent first."""
    return dict(Counter(flag.reason for flag in flags if flag.withdrawn_at is None).most_common())


@dataclass(frozen=True, slots=True)
class ItemContext:
    """An item as moderators see it: where it stands, what was decided about it and its author before."""

    debate: DebateHead
    item: Item
    path: list[ArgumentCard]
    citations: list[Cited]
    decisions: list[DecisionLine]
    author_restriction_count: int
    open_case_id: int | None
    open_flag_count: int  # Of that case.
    cited_by: list[CitedBy]  # Of a source: the newest arguments that rest on it.
    said_back: str  # Of an argument: the line that says back what it answers.
    sources: list[SourceDraft]  # Of an argument, with the words that it quotes from them.
    answered: AnsweredNote | None  # By a reply.


@dataclass(frozen=True, slots=True)
class CasePage:
    case: OpenCase
    context: ItemContext
    flags: list[FlagLine]

    @property
    def reasons(self) -> dict[FlagReason, int]:
        return count_reasons(self.flags)

    @property
    def older_case_id(self) -> int | None:
        """The one that took in the flags of this one, while it is open (see reopening.py)."""
        return self.context.open_case_id if self.case.closed_at is not None else None

    @property
    def outcome(self) -> DecisionLine | None:
        """What was decided on this case; none while it is open, or when all its flags were withdrawn."""
        if self.case.closed_at is None:
            return None
        return next((decision for decision in self.context.decisions if decision.case_id == self.case.id), None)


async def find_case(db: Reader, actor: Actor, case_id: int) -> tuple[OpenCase, DebateHead | None]:
    """With its debate, unless it is about a person."""
    columns = (
        Case.id, Case.debate_id, Case.argument_id, Case.annotation_id, Case.credit_id, Case.source_id, Case.mark_id,
        Case.person_id, Case.flag_count, Case.score, Case.version, Case.opened_at, Case.closed_at, Case.escalated_at,
    )  # fmt: skip
    statement = (
        select(*columns, *DEBATE_HEAD)
        .outerjoin(Debate, Debate.id == Case.debate_id)
        .where(Case.id == case_id, visible_cases(actor))
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such case in the debates that you moderate.")
    values: tuple[Any, ...] = tuple(row)
    case, debate = OpenCase._make(values[: len(columns)]), values[len(columns) :]
    return case, DebateHead(*debate) if case.debate_id is not None else None


async def find_item_case(db: Reader, actor: Actor, case_id: int) -> tuple[OpenCase, DebateHead, Item]:
    """Of cases about people there is no item."""
    case, debate = await find_case(db, actor, case_id)
    if debate is None:
        raise NotFound("This case is about a person: open it to decide it.")
    return case, debate, await find_item(db, debate.id, *case.item_key)


async def load_case_page(db: Reader, actor: Actor, case_id: int) -> CasePage:
    case, debate, item = await find_item_case(db, actor, case_id)
    return CasePage(case, await load_context(db, debate, item), await load_flags(db, case_id))


async def load_context(db: Reader, debate: DebateHead, item: Item) -> ItemContext:
    is_argument = item.kind == ItemKind.ARGUMENTS
    return ItemContext(
        debate,
        item,
        await _load_path(db, item),
        await load_citations(db, debate.id, item.id) if is_argument else await _load_passage(db, item),
        await _load_decisions(db, item),
        *await _load_counts(db, item),
        await _load_citing(db, item) if item.kind == ItemKind.SOURCES else [],
        await _load_said_back(db, item) if is_argument else "",
        await load_sources(db, debate.id, item.id) if is_argument else [],
        await _load_answered(db, item) if item.word == "reply" else None,
    )


async def _load_answered(db: Reader, item: Item) -> AnsweredNote | None:
    answer = aliased(Annotation)
    statement = (
        select(Annotation.id, User.display_name, Annotation.hidden_by_id.is_not(None), Annotation.body_html)
        .join(answer, and_(answer.debate_id == Annotation.debate_id, answer.parent_id == Annotation.id))
        .outerjoin(User, User.id == Annotation.author_id)
        .where(answer.debate_id == item.debate_id, answer.id == item.id)
    )
    row = (await db.execute(statement)).one_or_none()
    return AnsweredNote(*row[:-1], Markup(row[-1])) if row else None  # noqa: S704  (sanitised when it was written)


async def _load_said_back(db: Reader, item: Item) -> str:
    line = select(Argument.steelman).where(Argument.debate_id == item.debate_id, Argument.id == item.id)
    return (await db.execute(line)).scalar_one()


async def _load_citing(db: Reader, item: Item) -> list[CitedBy]:
    """Also hidden arguments: moderators see those."""
    statement = (
        select(Argument.id, Argument.claim, SourceCitation.words)
        .join(SourceCitation, CITES)
        .where(SourceCitation.debate_id == item.debate_id, SourceCitation.source_id == item.id)
        .where(SourceCitation.removed_at.is_(None))
        .order_by(Argument.id.desc())
        .limit(CITING_SHOWN)
    )
    return [CitedBy._make(row) for row in await db.execute(statement)]


async def _load_path(db: Reader, item: Item) -> list[ArgumentCard]:
    """The arguments above an argument; the one that a credit or a mark is about, with those above it."""
    if item.kind == ItemKind.ARGUMENTS:
        return await load_path(db, item.debate_id, item.id, item.root_id)
    if item.beside_id is None:
        return []
    about = await find_card(db, item.debate_id, item.beside_id)
    above = await load_path(db, item.debate_id, item.beside_id, item.root_id)
    return [*above, about] if about else above


async def _load_passage(db: Reader, item: Item) -> list[Cited]:
    cited = await find_cited(db, item.debate_id, item.passage_id) if item.passage_id is not None else None
    return [cited] if cited else []


async def load_flags(db: Reader, case_id: int) -> list[FlagLine]:
    statement = (
        select(
            Flag.reason, Flag.words, Flag.created_at, Flag.withdrawn_at, User.username, User.display_name,
            Flag.weight, Flag.trust_level, Flag.is_by_staff, Flag.agreed_count, Flag.handled_count,
        )
        .outerjoin(User, User.id == Flag.reporter_id)
        .where(Flag.case_id == case_id)
        .order_by(Flag.id)
    )  # fmt: skip
    return [FlagLine._make(row) for row in await db.execute(statement)]


async def _load_decisions(db: Reader, item: Item) -> list[DecisionLine]:
    about = [getattr(Decision, column) == value for column, value in item.columns.items() if value is not None]
    return await load_decisions(db, *about)


async def load_decisions(db: Reader, *about: ColumnElement[bool]) -> list[DecisionLine]:
    """The newest first."""
    columns = (Decision.id, Decision.case_id, Decision.action, Decision.explanation, Decision.made_at)
    statement = select(*columns, User.display_name).outerjoin(User, User.id == Decision.moderator_id)
    statement = statement.where(*about).order_by(Decision.id.desc())
    return [DecisionLine._make(row) for row in await db.execute(statement)]


async def _load_counts(db: Reader, item: Item) -> tuple[int, int | None, int]:
    """How often the author was restricted before, of nobody 0, and the item's open case with the flags that stand."""
    is_author = Decision.concerned_id == item.author_id if item.author_id is not None else false()
    restrictions = select(func.count()).where(is_author, RESTRICTS)
    open_case = [
        select(column).filter_by(**item.columns, closed_at=None).scalar_subquery()
        for column in (Case.id, Case.flag_count)
    ]
    row = (await db.execute(select(restrictions.scalar_subquery(), *open_case))).one()
    return row[0], row[1], row[2] or 0

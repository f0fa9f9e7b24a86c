"""The queue, and one case with everything that a moderator needs to decide it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, and_, case, exists, func, select, tuple_, type_coerce
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.arguments.cards import ArgumentCard
from app.arguments.queries import Cited, find_card, find_cited, load_citations, load_path
from app.db import Reader
from app.errors import NotFound
from app.markdown import clean_line, one_line
from app.models import Action, Annotation, Argument, Case, Credit, Debate, Decision, Flag, FlagReason, User
from app.moderation.items import Item, ItemKind, find_item, item_key
from app.permissions import moderated, visible_cases
from app.targets import DEBATE_HEAD, DebateHead

CASES_SHOWN = 30
DEBATES_SHOWN = 12  # Below the queue; further ones are found on their own pages.
SHOWN_OF_NOTE = 400  # Characters of a note's source in the queue; its case has the whole.
_UNDOING = aliased(Decision)
RESTRICTS = and_(  # And was not undone.
    Decision.action.in_((Action.HIDE, Action.SILENCE, Action.SUSPEND)),
    ~exists().where(_UNDOING.reverses_id == Decision.id),
)


class Order(StrEnum):
    OLDEST = "oldest"
    MOST_FLAGGED = "most_flagged"


class CaseLine(NamedTuple):
    id: int
    opened_at: datetime
    flag_count: int
    slug: str
    motion: str
    word: str  # argument, note, question, reply or credit
    text: str
    author_name: str | None
    reasons: dict[FlagReason, int]


class DebateCount(NamedTuple):
    slug: str
    motion: str
    open_count: int


@dataclass(frozen=True, slots=True)
class Queue:
    debates: list[DebateCount]
    lines: list[CaseLine]
    more_after: str | None
    moderated: list[tuple[str, str]]  # Slug and motion of the newest debates that the actor moderates.

    @property
    def open_count(self) -> int:
        return sum(debate.open_count for debate in self.debates)


class OpenCase(NamedTuple):
    """A case, open or closed; `version` goes with the form that decides it."""

    id: int
    debate_id: int
    argument_id: int | None
    annotation_id: int | None
    credit_id: int | None
    flag_count: int
    version: int
    opened_at: datetime
    closed_at: datetime | None

    @property
    def item_key(self) -> tuple[ItemKind, int]:
        key = item_key(self.argument_id, self.annotation_id, self.credit_id)
        assert key is not None
        return key


class FlagLine(NamedTuple):
    reason: FlagReason
    words: str
    created_at: datetime
    withdrawn_at: datetime | None
    reporter_username: str | None
    reporter_name: str | None


class DecisionLine(NamedTuple):
    id: int
    case_id: int | None
    action: Action
    explanation: str
    made_at: datetime
    moderator_name: str | None


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


@dataclass(frozen=True, slots=True)
class CasePage:
    case: OpenCase
    context: ItemContext
    flags: list[FlagLine]

    @property
    def outcome(self) -> DecisionLine | None:
        """What was decided on this case; none while it is open, or when all its flags were withdrawn."""
        return next((decision for decision in self.context.decisions if decision.case_id == self.case.id), None)


async def load_queue(db: Reader, actor: Actor, slug: str | None, order: Order, after: tuple[int, int] | None) -> Queue:
    """Open cases where the actor may moderate, in three statements. `after` is the last line's flag count and id."""
    counts = (
        select(Debate.slug, Debate.motion, func.count())
        .join(Case, Case.debate_id == Debate.id)
        .where(Case.closed_at.is_(None), visible_cases(actor))
        .group_by(Debate.id)
        .order_by(func.count().desc(), Debate.id)
    )
    debates = [DebateCount._make(row) for row in await db.execute(counts)]
    statement = _select_lines().where(Case.closed_at.is_(None), visible_cases(actor)).limit(CASES_SHOWN + 1)
    if slug is not None:
        statement = statement.where(Debate.slug == slug)
    lines = [_line(row) for row in await db.execute(_in_order(statement, order, after))]
    shown = lines[:CASES_SHOWN]
    more = f"{shown[-1].flag_count}-{shown[-1].id}" if len(lines) > CASES_SHOWN else None
    moderates = select(Debate.slug, Debate.motion).where(moderated(actor, Debate.id))
    newest = await db.execute(moderates.order_by(Debate.id.desc()).limit(DEBATES_SHOWN))
    return Queue(debates, shown, more, [(row.slug, row.motion) for row in newest])


def _select_lines() -> Select[*tuple[Any, ...]]:
    by_reason = (
        select(Flag.reason, func.count().label("count"))
        .where(Flag.case_id == Case.id, Flag.withdrawn_at.is_(None))
        .group_by(Flag.reason)
        .correlate(Case)
        .subquery()
    )
    reasons = select(func.jsonb_object_agg(by_reason.c.reason, by_reason.c.count)).scalar_subquery()
    return (
        select(
            Case.id, Case.opened_at, Case.flag_count, Debate.slug, Debate.motion,
            func.coalesce(
                type_coerce(Annotation.kind, Text), case((Case.credit_id.is_not(None), "credit"), else_="argument")
            ),
            func.coalesce(Argument.claim, func.left(Annotation.body_markdown, SHOWN_OF_NOTE), Credit.reason),
            User.display_name, reasons,
        )
        .join(Debate, Debate.id == Case.debate_id)
        .outerjoin(Argument, and_(Argument.debate_id == Case.debate_id, Argument.id == Case.argument_id))
        .outerjoin(Annotation, and_(Annotation.debate_id == Case.debate_id, Annotation.id == Case.annotation_id))
        .outerjoin(Credit, and_(Credit.debate_id == Case.debate_id, Credit.id == Case.credit_id))
        .outerjoin(User, User.id == func.coalesce(Argument.author_id, Annotation.author_id, Credit.user_id))
    )  # fmt: skip


def _in_order(
    statement: Select[*tuple[Any, ...]], order: Order, after: tuple[int, int] | None
) -> Select[*tuple[Any, ...]]:
    if order == Order.MOST_FLAGGED:
        if after is not None:
            statement = statement.where(tuple_(-Case.flag_count, Case.id) > (-after[0], after[1]))
        return statement.order_by(Case.flag_count.desc(), Case.id)
    if after is not None:
        last = aliased(Case)
        statement = statement.where(
            tuple_(Case.opened_at, Case.id)
            > select(last.opened_at, last.id).where(last.id == after[1]).scalar_subquery()
        )
    return statement.order_by(Case.opened_at, Case.id)


def _line(row: Any) -> CaseLine:
    *columns, word, text, author_name, reasons = row
    text = text if word == "argument" else clean_line(text) if word == "credit" else one_line(text)
    counts = {FlagReason(name): count for name, count in (reasons or {}).items()}
    return CaseLine._make([*columns, word, text, author_name, counts])


async def find_case(db: Reader, actor: Actor, case_id: int) -> tuple[OpenCase, DebateHead]:
    columns = (
        Case.id, Case.debate_id, Case.argument_id, Case.annotation_id, Case.credit_id, Case.flag_count, Case.version,
        Case.opened_at, Case.closed_at,
    )  # fmt: skip
    statement = (
        select(*columns, *DEBATE_HEAD)
        .join(Debate, Debate.id == Case.debate_id)
        .where(Case.id == case_id, visible_cases(actor))
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such case in the debates that you moderate.")
    values: tuple[Any, ...] = tuple(row)
    return OpenCase._make(values[: len(columns)]), DebateHead(*values[len(columns) :])


async def load_case_page(db: Reader, actor: Actor, case_id: int) -> CasePage:
    case, debate = await find_case(db, actor, case_id)
    item = await find_item(db, debate.id, *case.item_key)
    return CasePage(case, await load_context(db, debate, item), await _load_flags(db, case_id))


async def load_context(db: Reader, debate: DebateHead, item: Item) -> ItemContext:
    is_argument = item.kind == ItemKind.ARGUMENTS
    return ItemContext(
        debate,
        item,
        await _load_path(db, item),
        await load_citations(db, debate.id, item.id) if is_argument else await _load_passage(db, item),
        await _load_decisions(db, item),
        *await _load_counts(db, item),
    )


async def _load_path(db: Reader, item: Item) -> list[ArgumentCard]:
    """The arguments above an argument; the one that a credit is given to, with those above it."""
    if item.kind == ItemKind.ARGUMENTS:
        return await load_path(db, item.debate_id, item.id, item.root_id)
    if item.credited_id is None:
        return []
    credited = await find_card(db, item.debate_id, item.credited_id)
    above = await load_path(db, item.debate_id, item.credited_id, item.root_id)
    return [*above, credited] if credited else above


async def _load_passage(db: Reader, item: Item) -> list[Cited]:
    cited = await find_cited(db, item.debate_id, item.passage_id) if item.passage_id is not None else None
    return [cited] if cited else []


async def _load_flags(db: Reader, case_id: int) -> list[FlagLine]:
    statement = (
        select(Flag.reason, Flag.words, Flag.created_at, Flag.withdrawn_at, User.username, User.display_name)
        .outerjoin(User, User.id == Flag.reporter_id)
        .where(Flag.case_id == case_id)
        .order_by(Flag.id)
    )
    return [FlagLine._make(row) for row in await db.execute(statement)]


async def _load_decisions(db: Reader, item: Item) -> list[DecisionLine]:
    statement = (
        select(
            Decision.id, Decision.case_id, Decision.action, Decision.explanation, Decision.made_at, User.display_name
        )
        .outerjoin(User, User.id == Decision.moderator_id)
        .filter(*(getattr(Decision, column) == value for column, value in item.columns.items() if value is not None))
        .order_by(Decision.id.desc())
    )
    return [DecisionLine._make(row) for row in await db.execute(statement)]


async def _load_counts(db: Reader, item: Item) -> tuple[int, int | None]:
    """How often the author was restricted before, and the item's open case."""
    restrictions = select(func.count()).where(Decision.concerned_id == item.author_id, RESTRICTS)
    open_case = select(Case.id).filter_by(**item.columns, closed_at=None)
    row = (await db.execute(select(restrictions.scalar_subquery(), open_case.scalar_subquery()))).one()
    return row[0], row[1]

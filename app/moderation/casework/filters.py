"""Which cases of the queue somebody wants to see, and in which order: as an address says it, and as SQL."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from app.actor import Actor
from app.models import Annotation, AnnotationKind, Case, Debate, FlagReason

AGES = {"day": timedelta(days=1), "three-days": timedelta(days=3), "week": timedelta(days=7)}
Selected = Select[*tuple[Any, ...]]


class Order(StrEnum):
    OLDEST = "oldest"
    NEWEST = "newest"
    WEIGHTIEST = "weightiest"


class ItemWord(StrEnum):
    ARGUMENT = "argument"
    NOTE = "note"  # Or a question.
    REPLY = "reply"  # To one of these.
    CREDIT = "credit"
    SOURCE = "source"
    MARK = "mark"
    PERSON = "person"


class Holder(StrEnum):
    FREE = "free"  # Nobody works on it.
    MINE = "mine"  # Claimed by the actor, or assigned to them.
    OTHERS = "others"


class QueueFilter(BaseModel):
    """What the queue's form asks for. Empty fields ask for nothing."""

    model_config = ConfigDict(frozen=True)

    debate: Annotated[str, Field(max_length=100)] = ""
    kind: ItemWord | None = None
    reason: FlagReason | None = None
    score: Literal["3", "5", "8.3"] | None = None  # At least.
    age: Literal["day", "three-days", "week"] | None = None  # It has waited longer.
    holder: Holder | None = None
    escalated: Literal["yes"] | None = None
    order: Order = Order.OLDEST

    @model_validator(mode="before")
    @classmethod
    def leave_out_what_is_empty(cls, sent: Any) -> Any:
        return {name: value for name, value in sent.items() if value != ""} if isinstance(sent, Mapping) else sent

    @property
    def query(self) -> str:
        """As in an address; empty for the whole queue, oldest first."""
        return urlencode(self.model_dump(exclude_defaults=True, mode="json"))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.model_dump(exclude_defaults=True, exclude={"order"}))


def read_view(query: str) -> QueueFilter:
    """A filter from the query of an address; what cannot be read asks for nothing."""
    try:
        return QueueFilter.model_validate(dict(parse_qsl(query)))
    except ValidationError:
        return QueueFilter()


def narrow(statement: Selected, actor: Actor, chosen: QueueFilter) -> Selected:
    """By the columns of a case alone, which the queue's indexes hold: what is passed over is then not read."""
    return statement.where(Case.closed_at.is_(None), *_conditions(actor, chosen))


def _conditions(actor: Actor, chosen: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.debate:
        found.append(Case.debate_id == select(Debate.id).where(Debate.slug == chosen.debate).scalar_subquery())
    if chosen.kind is not None:
        found.append(_is_kind(chosen.kind))
    if chosen.reason is not None:
        found.append(Case.reasons.contains([chosen.reason.value]))
    if chosen.score is not None:
        found.append(Case.score >= float(chosen.score))
    if chosen.age is not None:
        found.append(Case.opened_at < func.now() - AGES[chosen.age])
    if chosen.holder is not None:
        found.append(_is_held(actor, chosen.holder))
    if chosen.escalated is not None:
        found.append(Case.escalated_at.is_not(None))
    return found


def _is_kind(kind: ItemWord) -> ColumnElement[bool]:
    if kind == ItemWord.ARGUMENT:
        return Case.argument_id.is_not(None)
    if kind == ItemWord.CREDIT:
        return Case.credit_id.is_not(None)
    if kind == ItemWord.SOURCE:
        return Case.source_id.is_not(None)
    if kind == ItemWord.MARK:
        return Case.mark_id.is_not(None)
    if kind == ItemWord.PERSON:
        return Case.debate_id.is_(None)
    replies = exists().where(
        Annotation.debate_id == Case.debate_id, Annotation.id == Case.annotation_id,
        Annotation.kind == AnnotationKind.REPLY,
    )  # fmt: skip
    return and_(Case.annotation_id.is_not(None), replies if kind == ItemWord.REPLY else ~replies)


def is_claimed() -> ColumnElement[bool]:
    return and_(Case.claimed_by_id.is_not(None), Case.claimed_until > func.now())


def _is_held(actor: Actor, holder: Holder) -> ColumnElement[bool]:
    if holder == Holder.MINE:
        return or_(and_(Case.claimed_by_id == actor.id, is_claimed()), Case.assigned_to_id == actor.id)
    if holder == Holder.OTHERS:
        return and_(is_claimed(), Case.claimed_by_id != actor.id)
    return and_(or_(Case.claimed_by_id.is_(None), Case.claimed_until <= func.now()), Case.assigned_to_id.is_(None))


def put_in_order(statement: Selected, order: Order) -> Selected:
    if order == Order.WEIGHTIEST:
        return statement.order_by(-Case.score, Case.id)
    if order == Order.NEWEST:
        return statement.order_by(Case.opened_at.desc(), Case.id.desc())
    return statement.order_by(Case.opened_at, Case.id)


def start_after(statement: Selected, order: Order, place: Any, case_id: Any) -> Selected:
    """Go on after a case: where it stands in the order (`sort_column`), and its id."""
    if order == Order.WEIGHTIEST:
        return statement.where(tuple_(-Case.score, Case.id) > tuple_(place, case_id))
    if order == Order.NEWEST:
        return statement.where(tuple_(Case.opened_at, Case.id) < tuple_(place, case_id))
    return statement.where(tuple_(Case.opened_at, Case.id) > tuple_(place, case_id))


def sort_column(order: Order, case: Any = Case) -> Any:
    return -case.score if order == Order.WEIGHTIEST else case.opened_at

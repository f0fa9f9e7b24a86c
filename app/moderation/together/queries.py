"""Decisions that were made together: what undoing them would do to each, and why it would leave one out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import NotFound
from app.models import Decision
from app.moderation.decision_queries import DecisionView, load_decisions
from app.moderation.item_states import ItemState
from app.moderation.items import COLUMNS, Item, ItemKind, find_items, item_columns
from app.moderation.putting_back import find_obstacle
from app.permission_terms import Permission
from app.permissions import can_moderate, can_undo

Key = tuple[ItemKind, int, int]


@dataclass(frozen=True, slots=True)
class Prospect:
    """One of them; `problem` says why it would stay."""

    decision: DecisionView
    item: Item | None  # None of a person.
    version: int  # The newest decision about the same thing.
    permission: Permission
    problem: str
    text: str  # Of what it was about, where one may read it.

    @property
    def can_be_undone(self) -> bool:
        return not self.problem

    @property
    def seen(self) -> str:
        return f"{self.decision.id}-{self.version}"


async def find_made_together(db: Reader, actor: Actor, decision_id: int) -> list[DecisionView]:
    """This decision and those that were made with it."""
    batch_id = select(Decision.batch_id).where(Decision.id == decision_id).scalar_subquery()
    made = await load_decisions(db, actor, Decision.batch_id == batch_id)
    if len(made) < 2:
        raise NotFound("This decision was not made together with others.")
    return made


async def foresee(db: Reader, actor: Actor, made: Sequence[DecisionView]) -> list[Prospect]:
    """In five statements at most, however many they are."""
    items = await find_items(db, [key for decision in made if (key := key_of(decision)) is not None])
    versions = await find_versions(db, made)
    return [
        _prospect(actor, decision, items.get(key) if (key := key_of(decision)) else None, version)
        for decision, version in zip(made, versions, strict=True)
    ]


def key_of(decision: DecisionView) -> Key | None:
    if decision.item_key is None or decision.debate_id is None:
        return None
    kind, id = decision.item_key
    return kind, decision.debate_id, id


def _prospect(actor: Actor, decision: DecisionView, item: Item | None, version: int) -> Prospect:
    permission = can_undo(actor, decision, item)
    name = decision.concerned.name if decision.concerned else ""
    reads = item is not None and decision.is_debate_shown and bool(can_moderate(actor, item.debate_id))
    text = (item.text if reads else decision.text or "") if item else name
    problem = _find_problem(decision, item, permission)
    return Prospect(decision, item, version, permission, problem, text)


def _find_problem(decision: DecisionView, item: Item | None, permission: Permission) -> str:
    if decision.undone_by_id is not None:
        return "It is undone already."
    if not permission:
        return permission.reason
    state = ItemState(item.hidden_by_id, item.removed_under, item.edit_asked_id) if item else None
    return find_obstacle(decision, state)


async def find_versions(db: Reader, made: Sequence[DecisionView]) -> list[int]:
    """As `find_version` of what was decided about the same thing as each of them, in one statement."""
    other = aliased(Decision)
    columns = [getattr(other, name) for name in COLUMNS.values()]
    ids = [[id for view in made if (id := getattr(view, name)) is not None] for name in COLUMNS.values()]
    places = sorted({view.debate_id for view in made if view.debate_id is not None})
    people = [view.concerned_id for view in made if view.debate_id is None and view.concerned_id is not None]
    of_items = and_(other.debate_id.in_(places), or_(*(a.in_(b) for a, b in zip(columns, ids, strict=True))))
    of_people = and_(other.debate_id.is_(None), other.concerned_id.in_(people))
    person = case((other.debate_id.is_(None), other.concerned_id))
    key = (other.debate_id, *columns, person)
    newest = select(*key, func.max(other.id)).where(or_(of_items, of_people)).group_by(*key)
    found = {tuple(row[:-1]): int(row[-1]) for row in await db.execute(newest)}
    return [found.get(_same_as(view), view.id) for view in made]


def _same_as(view: DecisionView) -> tuple[Any, ...]:
    if (key := key_of(view)) is None:
        return (None, *([None] * len(COLUMNS)), view.concerned_id)
    kind, debate_id, id = key
    return (*item_columns(kind, debate_id, id).values(), None)

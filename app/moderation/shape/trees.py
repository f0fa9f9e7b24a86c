"""Put an argument with all its replies at another place of the tree; what is written here is locked already."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.counters import count_argument
from app.models import Argument, Relation

_MOVE_TOP = text("""
    UPDATE arguments SET parent_id = :parent, relation = :relation, position_id = :position, root_id = :root,
                         depth = :depth, is_strength_due = true
    WHERE debate_id = :debate AND id = :id
""")
_MOVE_BELOW = text("""
    UPDATE arguments SET depth = depth + :step, root_id = :root
    WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))
""")
# What an argument gets from its replies changes when one comes or goes, also where no count tells of it.
_MARK_DUE = text("""
    UPDATE arguments SET is_strength_due = true
    WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[])) AND NOT is_strength_due
""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an argument stands: below another one by a relation, or directly under the position it speaks for."""

    parent_id: int | None
    relation: Relation | None
    position_id: int | None

    @classmethod
    def of(cls, argument: Argument) -> "Place":
        return cls(argument.parent_id, argument.relation, argument.position_id)


async def load_row(db: AsyncSession, debate_id: int, id: int) -> Argument:
    """As it is in the database now."""
    return await db.get_one(Argument, (debate_id, id), populate_existing=True)


async def put_at(db: AsyncSession, argument: Argument, place: Place, below: Collection[int]) -> None:
    """Move the argument and what stands below it, and count it there instead of here."""
    is_listed = argument.hidden_by_id is None and argument.withdrawn_at is None
    before = argument.parent_id
    if is_listed:
        await count_argument(db, argument, -1)
    await move_rows(db, argument, place, below)
    argument = await load_row(db, argument.debate_id, argument.id)
    if is_listed:
        await count_argument(db, argument, +1)
    await mark_due(db, argument.debate_id, [before, place.parent_id])


async def move_rows(db: AsyncSession, argument: Argument, place: Place, below: Collection[int]) -> None:
    """The rows alone: depth and thread follow from the new parent."""
    parent = None if place.parent_id is None else await load_row(db, argument.debate_id, place.parent_id)
    root = None if parent is None else parent.root_id or parent.id
    depth = 0 if parent is None else parent.depth + 1
    top = {"parent": place.parent_id, "relation": place.relation, "position": place.position_id}
    of_debate = {"debate": argument.debate_id}
    await db.execute(_MOVE_TOP, {**of_debate, **top, "id": argument.id, "root": root, "depth": depth})
    if rest := sorted(set(below) - {argument.id}):
        step = {"step": depth - argument.depth, "root": root or argument.id}
        await db.execute(_MOVE_BELOW, {**of_debate, **step, "ids": rest})


async def mark_due(db: AsyncSession, debate_id: int, ids: Collection[int | None]) -> None:
    found = sorted({id for id in ids if id is not None})
    await db.execute(_MARK_DUE, {"debate": debate_id, "ids": found})

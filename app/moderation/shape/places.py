"""Where an argument can go: below another one, or directly under a position."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from app.db import Reader
from app.models import Position, Relation
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.shape.trees import Place


class SideChoice(NamedTuple):
    id: int
    number: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Another argument, or a position."""

    item: Item | None
    side: SideChoice | None = None

    def place_for(self, position_id: int | None, relation: Relation | None) -> Place:
        """An argument goes on speaking for its position, unless it is put directly under one."""
        if self.item is not None:
            return Place(self.item.id, relation, position_id)
        return Place(None, None, self.side.id if self.side else position_id)


async def load_side_choices(db: Reader, debate_id: int) -> list[SideChoice]:
    columns = (Position.id, Position.number, Position.key, Position.name)
    statement = select(*columns).where(Position.debate_id == debate_id).order_by(Position.number)
    return [SideChoice._make(row) for row in await db.execute(statement)]


async def find_destination(
    db: Reader, debate_id: int, to: int | None, sides: list[SideChoice], key: str
) -> Destination | None:
    if to is not None:
        return Destination(await find_item(db, debate_id, ItemKind.ARGUMENTS, to))
    side = next((side for side in sides if side.key == key), None)
    return Destination(None, side) if side else None

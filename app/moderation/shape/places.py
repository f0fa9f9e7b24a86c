"""Where an argument can go, and which other one it can be joined with: chosen from a search, or by its address."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.arguments.alike import find_alike
from app.db import Reader
from app.models import Argument, Position, Relation, User
from app.models.argument import LISTED
from app.moderation.items import Item, ItemKind, find_item
from app.moderation.shape.trees import Place
from app.targets import LARGEST_ID

SHOWN = 12  # Who does not find it among these looks for other words.
_ADDRESS = re.compile(r"(?:^|/arguments/)#?(\d{1,18})(?:[/?#].*)?$")


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


class Candidate(NamedTuple):
    """An argument to choose."""

    id: int
    claim: str
    relation: Relation | None
    side: int | None
    side_name: str | None
    author_name: str | None


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


def address_in(words: str) -> int | None:
    """The number of the argument whose address, or number alone, was typed instead of words."""
    found = _ADDRESS.search(words.strip())
    return min(int(found[1]), LARGEST_ID) if found else None


async def find_candidates(db: Reader, item: Item, words: str) -> list[Candidate]:
    """Listed arguments of the debate with these words in claim or grounds, the best first; without words, those whose
    claims are most alike."""
    if not words:
        alike = [each.id for each in await find_alike(db, item.debate_id, item.text)]
        return await _load(db, item, Argument.id.in_(alike), func.similarity(Argument.claim, item.text))
    query = func.websearch_to_tsquery("rejoinder", words)
    is_meant = or_(Argument.search_vector.bool_op("@@")(query), Argument.id == address_in(words))
    return await _load(db, item, is_meant, func.ts_rank(Argument.search_vector, query, 1))


async def _load(db: Reader, item: Item, condition: ColumnElement[bool], rank: ColumnElement[float]) -> list[Candidate]:
    statement = (
        select(Argument.id, Argument.claim, Argument.relation, Position.number, Position.name, User.display_name)
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .outerjoin(User, User.id == Argument.author_id)
        .where(Argument.debate_id == item.debate_id, Argument.id != item.id, LISTED, condition)
        .order_by(rank.desc(), Argument.id)
        .limit(SHOWN)
    )
    return [Candidate._make(row) for row in await db.execute(statement)]

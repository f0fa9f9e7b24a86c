"""What a decision did to the shape of a debate, for the page of its reasons."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, case, null, or_, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Action, Argument, HouseRule, Position, Relation, Reshaping
from app.moderation.decision_queries import DecisionView
from app.moderation.items import Item
from app.moderation.queries import ItemContext
from app.moderation.shape.places import Destination
from app.taken import name_taken

RESHAPES = (Action.MOVE, Action.MOVE_BACK, Action.MERGE, Action.UNMERGE, Action.SPLIT, Action.UNSPLIT)


class PlaceShown(NamedTuple):
    id: int | None  # Of the argument above; none directly under a position.
    relation: Relation | None
    claim: str | None  # None where it is hidden, or merged itself.
    removed_under: HouseRule | None
    side_name: str | None

    def words(self, noun: str) -> str:
        return self.claim or name_taken(noun, self.removed_under)


@dataclass(frozen=True, slots=True)
class ReshapingShown:
    before: PlaceShown
    after: PlaceShown

    @property
    def other(self) -> PlaceShown:
        """Of a merge the surviving argument, of a split the new one."""
        return self.after


async def find_reshaping(db: Reader, decision: DecisionView) -> ReshapingShown | None:
    """Of a decision, or of the one that it undoes, then the other way round."""
    if decision.action not in RESHAPES:
        return None
    above, other = aliased(Argument), aliased(Argument)
    before, after = aliased(Position), aliased(Position)
    statement = (
        select(
            Reshaping.from_parent_id, Reshaping.from_relation, _shown(above), above.removed_under, before.name,
            Reshaping.other_id, Reshaping.to_relation, _shown(other), other.removed_under, after.name,
        )
        .outerjoin(above, and_(above.debate_id == Reshaping.debate_id, above.id == Reshaping.from_parent_id))
        .outerjoin(other, and_(other.debate_id == Reshaping.debate_id, other.id == Reshaping.other_id))
        .outerjoin(before, and_(before.debate_id == Reshaping.debate_id, before.id == Reshaping.from_position_id))
        .outerjoin(after, and_(after.debate_id == Reshaping.debate_id, after.id == Reshaping.to_position_id))
        .where(or_(Reshaping.decision_id == decision.id, Reshaping.decision_id == decision.reverses_id))
    )  # fmt: skip
    row: Any = (await db.execute(statement)).one_or_none()
    if row is None:
        return None
    places = PlaceShown(*row[:5]), PlaceShown(*row[5:])
    is_turned = decision.action == Action.MOVE_BACK
    return ReshapingShown(*(reversed(places) if is_turned else places))


def foresee_move(context: ItemContext, to: Destination, relations: tuple[Relation | None, str]) -> ReshapingShown:
    """As its decision would show it: by the relation that it has to what stands above it, and by the chosen one."""
    now, chosen = relations
    before = PlaceShown(None, None, None, None, context.item.side_name)
    if context.path:
        above = context.path[-1]
        before = PlaceShown(above.id, now, above.claim, above.removed_under, None)
    if to.item is None:
        return ReshapingShown(before, PlaceShown(None, None, None, None, to.side.name if to.side else None))
    after = foresee_other(to.item).after
    return ReshapingShown(before, after._replace(relation=Relation(chosen) if chosen in {*Relation} else None))


def foresee_other(other: Item | None, claim: str | None = None) -> ReshapingShown:
    """Of a merge the argument that stays, of a split the claim of the one that is new."""
    shown = other.text if other and other.hidden_by_id is None else claim
    place = PlaceShown(other.id if other else None, None, shown, other.removed_under if other else None, None)
    return ReshapingShown(place, place)


def _shown(argument: Any) -> Any:
    return case((argument.hidden_by_id.is_(None), argument.claim), else_=null())

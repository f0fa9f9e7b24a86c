"""What a decision did to the shape of a debate, for the page of its reasons."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, case, null, or_, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Action, Argument, HouseRule, Position, Relation, Reshaping
from app.moderation.decision_queries import DecisionView
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


def _shown(argument: Any) -> Any:
    return case((argument.hidden_by_id.is_(None), argument.claim), else_=null())

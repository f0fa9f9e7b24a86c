"""What counts a listed argument: its parent, its position, its debate."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Update, bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Debate, Position, Relation

_COUNTERS = {
    Relation.SUPPORT: Argument.support_count,
    Relation.REBUT: Argument.rebut_count,
    Relation.UNDERCUT: Argument.undercut_count,
}


async def count_argument(db: AsyncSession, argument: Argument, step: int) -> None:
    """Count an argument that becomes listed (+1) or ceases to be (-1).

    Lock its own row first. The others are then locked in this order by everyone, so that nobody waits in a circle.
    """
    row = {"debate": argument.debate_id, "step": step}
    if argument.parent_id is not None and argument.relation is not None:
        answers = step > 0 and argument.reaches
        await db.execute(_count_reply(argument.relation, answers), {**row, "parent": argument.parent_id})
    if argument.position_id is not None:
        await db.execute(_COUNT_FOR_POSITION, {**row, "position": argument.position_id})
    await db.execute(_COUNT_FOR_DEBATE, row)


_DEBATE, _STEP = bindparam("debate", type_=BigInteger), bindparam("step", type_=BigInteger)


def _count(statement: Update, *counted: Any) -> Update:
    """Put together once. The session's own copies stay as they are: nobody reads counters in a command."""
    return statement.where(*counted).execution_options(synchronize_session=False)


@cache
def _count_reply(relation: Relation, answers: bool) -> Update:
    counter = _COUNTERS[relation]
    statement = update(Argument).values({counter: counter + _STEP, **(_labels_under(relation) if answers else {})})
    return _count(statement, Argument.debate_id == _DEBATE, Argument.id == bindparam("parent", type_=BigInteger))


_COUNT_FOR_POSITION = _count(
    update(Position).values({Position.argument_count: Position.argument_count + _STEP}),
    Position.debate_id == _DEBATE,
    Position.id == bindparam("position", type_=BigInteger),
)
_COUNT_FOR_DEBATE = _count(
    update(Debate).values({Debate.argument_count: Debate.argument_count + _STEP}), Debate.id == _DEBATE
)


def _labels_under(relation: Relation) -> dict[Any, bool]:
    """What an argument is no longer, once an answer stands that nobody has answered yet: its readers see that at once.
    What follows for those above it is settled a moment later (app/standing/settling.py)."""
    rebutted = {Argument.holds: False} if relation == Relation.REBUT else {}
    return {} if relation == Relation.SUPPORT else {Argument.reaches: False, **rebutted}

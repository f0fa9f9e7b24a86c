"""What counts a listed argument: its parent, its position, its debate."""

from typing import Any

from sqlalchemy import Update, update
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
    if argument.parent_id is not None and argument.relation is not None:
        counter = _COUNTERS[argument.relation]
        is_parent = (Argument.debate_id == argument.debate_id) & (Argument.id == argument.parent_id)
        labels = _labels_under(argument.relation) if step > 0 and argument.reaches else {}
        await _count(db, update(Argument).where(is_parent).values({counter: counter + step, **labels}))
    if argument.position_id is not None:
        is_side = (Position.debate_id == argument.debate_id) & (Position.id == argument.position_id)
        statement = update(Position).where(is_side).values({Position.argument_count: Position.argument_count + step})
        await _count(db, statement)
    is_debate = Debate.id == argument.debate_id
    await _count(db, update(Debate).where(is_debate).values({Debate.argument_count: Debate.argument_count + step}))


def _labels_under(relation: Relation) -> dict[Any, bool]:
    """What an argument is no longer, once an answer stands that nobody has answered yet: its readers see that at once.
    What follows for those above it is settled a moment later (app/standing/settling.py)."""
    rebutted = {Argument.holds: False} if relation == Relation.REBUT else {}
    return {} if relation == Relation.SUPPORT else {Argument.reaches: False, **rebutted}


async def _count(db: AsyncSession, statement: Update) -> None:
    """The session's own copies stay as they are: nobody reads counters in a command."""
    await db.execute(statement.execution_options(synchronize_session=False))

"""What was reshaped since a decision and still stands so: what came last is undone first, as each puts back what it
found."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.arguments.ground import find_above
from app.errors import Conflict
from app.models import Action, Decision, Reshaping

LATER, MADE = aliased(Reshaping, name="later"), aliased(Decision, name="made")


def has_moved(ids: Collection[int]) -> ColumnElement[bool]:
    return (MADE.action == Action.MOVE) & LATER.argument_id.in_(ids)


def has_taken_along(reply_ids: Collection[int]) -> ColumnElement[bool]:
    """With an argument that was merged, or to one that was split off."""
    overlap: ColumnElement[bool] = LATER.reply_ids.overlap(sorted(reply_ids))
    return overlap


async def find_since(db: AsyncSession, reshaping: Reshaping, which: ColumnElement[bool]) -> int | None:
    """The last such decision of this debate since this one that nobody has undone."""
    undoing = aliased(Decision)
    statement = (
        select(LATER.decision_id)
        .join(MADE, MADE.id == LATER.decision_id)
        .where(
            LATER.debate_id == reshaping.debate_id, LATER.decision_id > reshaping.decision_id, which,
            ~exists().where(undoing.reverses_id == LATER.decision_id),
        )
        .order_by(LATER.decision_id.desc())
        .limit(1)
    )  # fmt: skip
    return (await db.execute(statement)).scalar()


async def refuse_if_since(db: AsyncSession, reshaping: Reshaping, which: ColumnElement[bool], what: str) -> None:
    if (last := await find_since(db, reshaping, which)) is not None:
        raise Conflict(f"{what} Undo decision {last} first.")


async def refuse_circle(
    db: AsyncSession, reshaping: Reshaping, starts: Collection[int], aims: Collection[int], what: str
) -> None:
    """No aim comes below a start, or is used there: names the decision that has put the start below it."""
    above = await find_above(db, reshaping.debate_id, starts) if aims else set()
    if above.isdisjoint(aims):
        return
    last = await find_since(db, reshaping, has_moved(above) | has_taken_along(above))
    otherwise = "Move it elsewhere first, or take away where it is used."
    raise Conflict(f"{what} {f'Undo decision {last} first.' if last else otherwise}")

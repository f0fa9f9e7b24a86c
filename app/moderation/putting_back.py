"""Put back what decisions on texts and dismissals of flags changed, of one decision or of many, in a fixed number of
statements."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Decision
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import BY_A_RULE
from app.moderation.item_states import ItemState, put_all
from app.moderation.items import ItemRow
from app.moderation.records import Act, record_all, tell_all
from app.moderation.reopening import open_all_again

NOT_IN_FORCE = "This decision is not in force any more, so there is nothing to undo."
REOPENED = (Action.DISMISS, Action.ACCEPT_EDIT)


class Undoing(NamedTuple):
    """A decision, the row that it changed (of a person none), locked, and the act that undoes it."""

    view: DecisionView
    row: ItemRow | None
    act: Act


def find_obstacle(view: DecisionView, state: ItemState | None) -> str:
    """What stands in the way of putting it back now. `state` is of its text; of a person there is none."""
    if view.action in BY_A_RULE:
        if state is None or state.hidden_by_id is None:
            return NOT_IN_FORCE
        above = f"Something else was decided about the same text since. Undo decision {state.hidden_by_id} first."
        return "" if state.hidden_by_id == view.id else above
    if state is not None and (last := state.hidden_by_id or state.edit_asked_id):
        return f"It has been hidden, or its author asked to change it, since. Undo decision {last} first."
    return ""


async def refuse_if_undone(db: AsyncSession, *decision_ids: int) -> None:
    undoing = aliased(Decision)
    if (await db.scalars(select(undoing.id).where(undoing.reverses_id.in_(decision_ids)))).first() is not None:
        raise Conflict("Somebody has undone this decision meanwhile.")


async def put_back(db: AsyncSession, actor: Actor, undoings: Sequence[Undoing]) -> list[Decision]:
    """Texts are again as before, and the flags that led to the decisions wait for others; all of it or nothing."""
    await refuse_if_undone(db, *[undoing.view.id for undoing in undoings])
    for view, row, _ in undoings:
        if obstacle := find_obstacle(view, ItemState.of(row) if row is not None else None):
            raise Conflict(obstacle)
    decisions = await record_all(db, actor, [(act, view.slug) for view, _, act in undoings])
    states = [(row, ItemState.before(view.change)) for view, row, _ in undoings if row is not None]
    await put_all(db, [(row, state) for row, state in states if state != ItemState.of(row)])
    await tell_all(db, actor, decisions, _find_others(undoings, decisions))
    await open_all_again(db, [(view.case_id, row) for view, row, _ in undoings])
    return decisions


def _find_others(undoings: Sequence[Undoing], decisions: Sequence[Decision]) -> dict[int, list[int]]:
    """Authors whose request to change a text stands again."""
    return {
        decision.id: [act.concerned_id]
        for (view, _, act), decision in zip(undoings, decisions, strict=True)
        if view.action in REOPENED
        and act.concerned_id is not None
        and ItemState.before(view.change).edit_asked_id is not None
    }

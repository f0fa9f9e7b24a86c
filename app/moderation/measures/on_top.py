"""What was decided on top of a measure and still stands: it is undone first, as each puts back what it found."""

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.models import Action, Debate, DebateRole, DebateState, Decision
from app.moderation.decision_queries import DecisionView
from app.moderation.measures.switches import BY_ACTION, is_switched_on
from app.moderation.measures.targets import of_debate, of_person, of_switch
from app.moderation.putting_back import NOT_IN_FORCE
from app.permissions_to_appeal import BY_THEMSELVES

STEPPED_DOWN = "They stepped down since, so there is nothing to undo: they can be invited again."
STATES = {Action.LOCK_DEBATE: DebateState.LOCKED, Action.REMOVE_DEBATE: DebateState.REMOVED}


async def find_above(db: Reader, view: DecisionView) -> str:
    """Why undoing a lock or a removal of a debate, a switch, or a change of role would be refused as it stands now."""
    if view.debate_id is None or view.undone_by_id is not None:
        return ""
    if view.action in STATES:
        return await _find_above_state(db, view, view.debate_id)
    if view.action in BY_ACTION:
        return await _find_above_switch(db, view, view.debate_id)
    if view.action == Action.CHANGE_ROLE and view.concerned_id is not None and not view.is_stepping_down:
        return await _find_above_role(db, view, view.debate_id, view.concerned_id)
    return ""


async def _find_above_state(db: Reader, view: DecisionView, debate_id: int) -> str:
    state = await db.scalar(select(Debate.state).where(Debate.id == debate_id))
    if state == STATES[view.action]:
        return ""
    if state not in STATES.values():
        return NOT_IN_FORCE
    changes = of_debate(debate_id) & Decision.action.in_(STATES)
    return await _name_last(db, view, changes, f"The debate was {state} since.")


async def _find_above_switch(db: Reader, view: DecisionView, debate_id: int) -> str:
    switch = BY_ACTION[view.action]
    is_on = await is_switched_on(db, debate_id, switch)
    changes = of_switch(debate_id, switch) & (Decision.action == switch.action)
    is_as_left = switch.word(is_on=is_on) == (view.change or {}).get("to")
    return await _name_last(db, view, changes, "It was switched again since.", is_as_left=is_as_left)


async def _find_above_role(db: Reader, view: DecisionView, debate_id: int, person_id: int) -> str:
    """A role that was laid down is neither taken once more nor given back by undoing what was decided before."""
    changes = of_person(debate_id, person_id) & (Decision.action == Action.CHANGE_ROLE)
    stepped_down = changes & (Decision.id > view.id) & Decision.change.contains(BY_THEMSELVES)
    role = await db.scalar(select(DebateRole.kind).filter_by(debate_id=debate_id, user_id=person_id))
    if role is None and await db.scalar(select(exists().where(stepped_down))):
        return STEPPED_DOWN
    is_as_left = role == (view.change or {}).get("to")
    return await _name_last(db, view, changes, "Their role was changed again since.", is_as_left=is_as_left)


async def _name_last(
    db: Reader, view: DecisionView, which: ColumnElement[bool], what: str, *, is_as_left: bool = False
) -> str:
    """The later one that stands is undone first, also where it has brought back what this one had left."""
    undoing = aliased(Decision)
    stands = ~exists().where(undoing.reverses_id == Decision.id)
    last = await db.scalar(select(func.max(Decision.id)).where(which, Decision.id > view.id, stands))
    if last:
        return f"{what} Undo decision {last} first."
    return "" if is_as_left else NOT_IN_FORCE

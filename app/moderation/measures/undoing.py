"""Undo measures: each puts back what its decision changed, if that is still so."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.roles import set_debate_role
from app.accounts.withheld_names import give_name_back
from app.actor import Actor
from app.db import touch_debate
from app.errors import Conflict
from app.models import Action, Argument, Debate, DebateRole, DebateRoleKind, DebateState, Decision, SlowMode, User
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.items import item_columns
from app.moderation.measures.commands import lock_debate_row
from app.moderation.measures.on_top import find_above
from app.moderation.measures.switches import BY_ACTION
from app.moderation.measures.telling import tell_staff
from app.moderation.putting_back import NOT_IN_FORCE, refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.reopening import open_again
from app.moderation.sanction_commands import lock_person
from app.moderation.undo_commands import REVERSALS
from app.permissions_to_appeal import is_of_whole_debate


async def _take_back_warning(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    await lock_person(db, view.concerned_id)
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    return await _record(db, actor, view, form)


async def _give_name_back(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    await lock_person(db, view.concerned_id)
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    if view.concerned_id is None or not await give_name_back(db, view.concerned_id, view.id):
        raise Conflict(NOT_IN_FORCE)
    return await _record(db, actor, view, form)


async def _restore_state(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    assert view.debate_id is not None
    assert view.change is not None
    row = await db.get_one(Debate, view.debate_id, populate_existing=True, with_for_update={"key_share": True})
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    if above := await find_above(db, view):
        raise Conflict(above)
    row.state = DebateState(view.change["from"])
    touch_debate(db, row.id)
    return await _record(db, actor, view, form)


async def _end_slowing(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    assert view.debate_id is not None
    if view.argument_id is None:
        await db.execute(select(Debate.id).where(Debate.id == view.debate_id).with_for_update(key_share=True))
    else:
        key = (view.debate_id, view.argument_id)
        await db.get_one(Argument, key, populate_existing=True, with_for_update={"key_share": True})
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    in_force = (SlowMode.decision_id == view.id, SlowMode.lifted_at.is_(None))
    lifted = update(SlowMode).where(*in_force).values(lifted_at=func.now()).returning(SlowMode.decision_id)
    if (await db.execute(lifted)).one_or_none() is None:
        raise Conflict(NOT_IN_FORCE)
    touch_debate(db, view.debate_id)
    return await _record(db, actor, view, form)


async def _turn_switch_back(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    assert view.debate_id is not None
    assert view.change is not None
    row = await lock_debate_row(db, view.debate_id)
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    if above := await find_above(db, view):
        raise Conflict(above)
    switch = BY_ACTION[view.action]
    switch.turn(row, is_on=view.change["from"] == switch.on)
    touch_debate(db, row.id)
    return await _record(db, actor, view, form)


async def _change_role_back(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    assert view.debate_id is not None
    assert view.change is not None
    await lock_person(db, view.concerned_id)
    if made := await _made_or_refuse(db, actor, view, form):
        return made
    if above := await find_above(db, view):
        raise Conflict(above)
    before = DebateRoleKind(view.change["from"]) if view.change["from"] else None
    await set_debate_role(db, await db.get_one(User, view.concerned_id), view.debate_id, before)
    if since := view.change.get("since"):
        kept = update(DebateRole).where(DebateRole.debate_id == view.debate_id, DebateRole.user_id == view.concerned_id)
        await db.execute(kept.values(created_at=datetime.fromisoformat(since)))
    return await _record(db, actor, view, form)


Undoing = Callable[[AsyncSession, Actor, DecisionView, UndoForm], Awaitable[Decision]]
UNDOING: dict[Action, Undoing] = {
    Action.WARN: _take_back_warning,
    Action.RENAME: _give_name_back,
    Action.LOCK_DEBATE: _restore_state,
    Action.REMOVE_DEBATE: _restore_state,
    Action.SLOW: _end_slowing,
    Action.CHANGE_ROLE: _change_role_back,
    **dict.fromkeys(BY_ACTION, _turn_switch_back),
}


async def _made_or_refuse(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision | None:
    made = await find_made(db, actor, form.idempotency_key)
    if made is None:
        await refuse_if_undone(db, view.id)
    return made


async def _record(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    columns: dict[str, int | None] = {"debate_id": view.debate_id}
    if view.item_key is not None and view.debate_id is not None:
        kind, id = view.item_key
        columns = item_columns(kind, view.debate_id, id)
    change = {"from": view.change.get("to"), "to": view.change.get("from")} if view.change else None
    act = Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key, columns=columns,
        concerned_id=view.concerned_id, case_id=view.case_id, reverses_id=view.id, bench=view.bench, change=change,
    )  # fmt: skip
    decision = await record(db, actor, act, view.slug)
    await (tell_staff if is_of_whole_debate(view) else tell)(db, actor, decision)
    await open_again(db, view.case_id)
    return decision

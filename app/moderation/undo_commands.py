"""Undo a decision by another one, which names it, has a reason of its own and puts back exactly what it changed."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Argument, Decision, Sanction
from app.moderation.decision_queries import DecisionView
from app.moderation.edit_asking import take_back_request
from app.moderation.forms import UndoForm
from app.moderation.item_states import ItemState, put
from app.moderation.items import Item, ItemRow, lock_item
from app.moderation.listing import show_change
from app.moderation.records import Act, find_made, record, tell
from app.moderation.reopening import open_again
from app.moderation.sanction_commands import lock_person

REVERSALS = {
    Action.DISMISS: Action.REOPEN,
    Action.WARN: Action.UNWARN,
    Action.RENAME: Action.UNRENAME,
    Action.LOCK_DEBATE: Action.UNLOCK_DEBATE,
    Action.SLOW: Action.UNSLOW,
    Action.CHANGE_ROLE: Action.CHANGE_ROLE_BACK,
    Action.REMOVE_DEBATE: Action.RESTORE_DEBATE,
    Action.HIDE: Action.RESTORE,
    Action.REMOVE: Action.UNREMOVE,
    Action.ASK_EDIT: Action.UNASK_EDIT,
    Action.ACCEPT_EDIT: Action.REOPEN,
    Action.LOCK: Action.UNLOCK,
    Action.SILENCE: Action.UNSILENCE,
    Action.SUSPEND: Action.UNSUSPEND,
    Action.DISCOUNT: Action.RECOUNT,
    Action.MOVE: Action.MOVE_BACK,
    Action.MERGE: Action.UNMERGE,
    Action.SPLIT: Action.UNSPLIT,
    Action.DECLINE: Action.REOPEN,
    Action.UNUSE: Action.USE_AGAIN,
    Action.WATCH: Action.WATCH_BACK,
    Action.UNWATCH: Action.WATCH_BACK,
    Action.FIRST_POSTS: Action.FIRST_POSTS_BACK,
}
NOT_IN_FORCE = "This decision is not in force any more, so there is nothing to undo."


async def undo_item_decision(
    db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm
) -> Decision:
    """Restore a hidden item, unlock a thread, or open a case again."""
    row = await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    act = Act.on_item(item, REVERSALS[view.action], form, view.case_id, reverses_id=view.id)
    if view.action in (Action.HIDE, Action.REMOVE):
        return await _restore(db, actor, view, row, act)
    if view.action == Action.ASK_EDIT:
        return await take_back_request(db, actor, view.slug, row, act)
    if view.action in (Action.DISMISS, Action.ACCEPT_EDIT):
        return await _reopen(db, actor, view, row, act)
    assert isinstance(row, Argument)
    if row.locked_by_id != view.id:
        raise Conflict(NOT_IN_FORCE)
    decision = await record(db, actor, act, view.slug)
    row.locked_by_id = None
    await show_change(db, row)
    await tell(db, actor, decision)
    return decision


async def lift_sanction(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """End a silence or a suspension before its time."""
    await lock_person(db, view.concerned_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    lifted = (
        update(Sanction)
        .where(Sanction.decision_id == view.id, Sanction.lifted_at.is_(None), Sanction.until > func.now())
        .values(lifted_at=func.now())
        .returning(Sanction.id)
    )
    if not (await db.execute(lifted)).all():
        raise Conflict(NOT_IN_FORCE)
    act = Act(
        REVERSALS[view.action],
        form.explanation,
        form.idempotency_key,
        columns={"debate_id": view.debate_id} if view.debate_id else None,
        concerned_id=view.concerned_id,
        case_id=view.case_id,
        reverses_id=view.id,
        bench=view.bench,
    )
    decision = await record(db, actor, act, debate_slug=view.slug)
    await tell(db, actor, decision)
    await open_again(db, view.case_id)
    return decision


async def refuse_if_undone(db: AsyncSession, decision_id: int) -> None:
    statement = select(Decision.id).where(Decision.reverses_id == decision_id)
    if (await db.execute(statement)).one_or_none() is not None:
        raise Conflict("Somebody has undone this decision meanwhile.")


async def _restore(db: AsyncSession, actor: Actor, view: DecisionView, row: ItemRow, act: Act) -> Decision:
    if row.hidden_by_id != view.id:
        raise Conflict(NOT_IN_FORCE)
    decision = await record(db, actor, act, view.slug)
    await put(db, row, ItemState.before(view.change))
    await tell(db, actor, decision)
    await open_again(db, view.case_id, row)
    return decision


async def _reopen(db: AsyncSession, actor: Actor, view: DecisionView, row: ItemRow, act: Act) -> Decision:
    """The same flags wait for another decision, and a request to change it that was ended stands again."""
    if last := row.hidden_by_id or row.edit_asked_id:
        raise Conflict(f"It has been hidden, or its author asked to change it, since. Undo decision {last} first.")
    decision = await record(db, actor, act, view.slug)
    before = ItemState.before(view.change)
    if before != ItemState():
        await put(db, row, before)
    is_told = act.concerned_id is not None and before.edit_asked_id is not None
    await tell(db, actor, decision, [act.concerned_id] if is_told and act.concerned_id is not None else [])
    await open_again(db, view.case_id, row)
    return decision

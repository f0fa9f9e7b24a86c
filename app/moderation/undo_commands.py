"""Undo a decision by another one, which names it, has a reason of its own and puts back exactly what it changed."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Argument, Decision, Sanction
from app.moderation.decision_queries import DecisionView
from app.moderation.edit_asking import take_back_request
from app.moderation.forms import BY_A_RULE, UndoForm
from app.moderation.items import Item, lock_item
from app.moderation.listing import show_change
from app.moderation.measures.switches import SWITCHES
from app.moderation.putting_back import NOT_IN_FORCE, REOPENED, Undoing, put_back, refuse_if_undone
from app.moderation.records import Act, Reasoned, find_made, record, tell
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
    **{switch.action: switch.back for switch in SWITCHES.values()},
}


def undoing_act(view: DecisionView, item: Item | None, form: Reasoned) -> Act:
    """Of a decision on an item, or on the case of a person."""
    if item is not None:
        return Act.on_item(item, REVERSALS[view.action], form, view.case_id, reverses_id=view.id)
    return Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key, concerned_id=view.concerned_id,
        case_id=view.case_id, reverses_id=view.id, bench=view.bench,
    )  # fmt: skip


async def undo_item_decision(
    db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm
) -> Decision:
    """Restore a hidden item, unlock a thread, or open a case again."""
    row = await lock_item(db, item)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    act = undoing_act(view, item, form)
    if view.action in (*BY_A_RULE, *REOPENED):
        return (await put_back(db, actor, [Undoing(view, row, act)]))[0]
    await refuse_if_undone(db, view.id)
    if view.action == Action.ASK_EDIT:
        return await take_back_request(db, actor, view.slug, row, act)
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

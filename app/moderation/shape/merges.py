"""Merge an argument into another one that says the same, and take the two apart again."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.counters import count_argument
from app.arguments.ground import leads_to, lock_below, lock_shape
from app.db import Reader, touch_debate
from app.errors import Conflict
from app.models import Action, Argument, Decision, Reshaping
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.items import Item
from app.moderation.putting_back import NOT_IN_FORCE, refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.reopening import open_again
from app.moderation.shape.forms import MergeForm
from app.moderation.shape.handed_links import hand_on_links, sources_of, take_back_links
from app.moderation.shape.handing_on import hand_on, recount, relink, take_back
from app.moderation.shape.looks import look_again
from app.moderation.shape.moves import authors_of, take_case
from app.moderation.shape.since import has_moved, has_taken_along, refuse_circle, refuse_if_since
from app.moderation.shape.trees import load_row, mark_due
from app.targets import DebateHead

_STILL_THERE = text("""
    SELECT id FROM arguments
    WHERE debate_id = :debate AND parent_id = :survivor AND id = ANY(CAST(:ids AS bigint[])) ORDER BY id
""")


async def find_obstacle(db: Reader, item: Item, survivor: Item) -> str:
    """Why the one cannot be merged into the other, in a sentence; nothing where it can."""
    if survivor.id == item.id:
        return "That is the argument itself."
    if item.hidden_by_id is not None:
        return "It is hidden, removed or merged already: undo that decision first."
    if item.withdrawn_at is not None:
        return "Its author has withdrawn it, so it counts nowhere and does no harm beside the other."
    if item.root_id is None and item.locked_by_id is not None:
        return "This thread is locked, and the lock is kept here, at its first argument: unlock the thread first."
    if survivor.hidden_by_id is not None or survivor.withdrawn_at is not None:
        return "The other one is hidden, removed, merged or withdrawn: choose one that stands."
    if await leads_to(db, item.debate_id, [survivor.id], [item.id]):
        return "The other one stands or is used below this one: merge it into this one instead, or move it out first."
    return ""


async def merge_argument(
    db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, survivor: Item, form: MergeForm
) -> Decision:
    await lock_shape(db, debate.id)
    row = await load_row(db, debate.id, item.id)
    below = await lock_below(db, debate.id, [item.id], [row.parent_id, survivor.id])
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    look = await look_again(db, item, survivor.id, form.seen)
    if obstacle := await find_obstacle(db, item, survivor):
        raise Conflict(obstacle)
    case_id = await take_case(db, item, look)
    decision = await record(db, actor, Act.on_item(item, Action.MERGE, form, case_id), debate.slug)
    row, other = await load_row(db, debate.id, item.id), await load_row(db, debate.id, survivor.id)
    merging = _merging(decision, row, other)
    db.add(merging)
    await db.flush()
    await hand_on(db, merging, row, other, below - {item.id, row.parent_id, survivor.id})
    await hand_on_links(db, merging)
    row.hidden_by_id, row.merged_into_id = decision.id, survivor.id
    await db.flush()
    await count_argument(db, row, -1)
    await mark_due(db, debate.id, [row.parent_id])
    touch_debate(db, debate.id)
    await tell(db, actor, decision, [survivor.author_id] if survivor.author_id else [])
    return decision


async def unmerge(db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm) -> Decision:
    """Both stand again as they did. What was posted under the survivor since stays there."""
    await lock_shape(db, item.debate_id)
    merging = await db.get_one(Reshaping, view.id, populate_existing=True)
    assert merging.other_id is not None
    place = {"debate": item.debate_id, "survivor": merging.other_id, "ids": merging.reply_ids}
    replies = list((await db.execute(_STILL_THERE, place)).scalars())
    others = [item.id, merging.other_id, merging.from_parent_id]
    below = await lock_below(db, item.debate_id, replies, others) - ({*others} - {*replies})
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    row, survivor = await load_row(db, item.debate_id, item.id), await load_row(db, item.debate_id, merging.other_id)
    await _refuse_where_they_cannot_part(db, merging, row, survivor, replies)
    act = Act.on_item(item, Action.UNMERGE, form, view.case_id, reverses_id=view.id)
    decision = await record(db, actor, act, view.slug)
    await take_back(db, merging, row, survivor)
    await take_back_links(db, merging)
    await relink(db, replies, survivor, row, below)
    await recount(db, row, survivor)  # Without the row itself, which may stand below the survivor.
    row.hidden_by_id = row.merged_into_id = None
    await db.flush()
    if row.withdrawn_at is None:
        await count_argument(db, row, +1)
    touch_debate(db, item.debate_id)
    await tell(db, actor, decision, await authors_of(db, item.debate_id, [survivor.id]))
    await open_again(db, view.case_id, row)
    return decision


async def _refuse_where_they_cannot_part(
    db: AsyncSession, merging: Reshaping, row: Argument, survivor: Argument, replies: list[int]
) -> None:
    if row.hidden_by_id != merging.decision_id:
        raise Conflict(NOT_IN_FORCE)
    if survivor.merged_into_id is not None:
        raise Conflict(
            f"The surviving argument has been merged itself since. Undo decision {survivor.hidden_by_id} first."
        )
    is_elsewhere = has_moved(merging.reply_ids) | has_taken_along(merging.reply_ids)
    await refuse_if_since(db, merging, is_elsewhere, "A reply that went along has been moved on since.")
    aims = [*replies, *await sources_of(db, row.debate_id, merging.answer_ids)]
    await refuse_circle(db, merging, [row.id], aims, "What it stood under has come below one of its replies since.")


def _merging(decision: Decision, row: Argument, survivor: Argument) -> Reshaping:
    return Reshaping(
        decision_id=decision.id,
        debate_id=row.debate_id,
        argument_id=row.id,
        other_id=survivor.id,
        from_parent_id=row.parent_id,
        from_relation=row.relation,
        from_position_id=row.position_id,
    )

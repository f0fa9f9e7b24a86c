"""Move an argument with all its replies, and move it back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.ground import leads_to, lock_below, lock_shape
from app.db import Reader, touch_debate
from app.errors import Conflict
from app.models import Action, Argument, Decision, Reshaping
from app.moderation.commands import add_closed_case, close_case
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.items import Item
from app.moderation.putting_back import refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.reopening import open_again, refuse_while_hidden
from app.moderation.shape.bearings import bring_back, set_aside
from app.moderation.shape.forms import MoveForm
from app.moderation.shape.looks import Look, look_again
from app.moderation.shape.places import Destination
from app.moderation.shape.since import LATER, MADE, has_taken_along, refuse_circle, refuse_if_since
from app.moderation.shape.trees import Place, load_row, put_at
from app.taken import say_taken
from app.targets import DebateHead

UNDER_ITSELF = (
    "That stands below the argument itself, there or by a link: "
    "an argument cannot be moved under one of its own replies."
)


async def load_place(db: Reader, item: Item) -> Place:
    columns = (Argument.parent_id, Argument.relation, Argument.position_id)
    statement = select(*columns).where(Argument.debate_id == item.debate_id, Argument.id == item.id)
    return Place(*(await db.execute(statement)).one())


async def find_obstacle(db: Reader, item: Item, to: Destination, place: Place, current: Place) -> str:
    """Why it cannot be moved there, in a sentence; nothing where it can."""
    if item.root_id is None and item.locked_by_id is not None:
        return "This thread is locked, and the lock is kept here, at its first argument: unlock the thread first."
    if item.hidden_by_id is not None:
        return "It is hidden, removed or merged: undo that decision first."
    if place == current:
        return "It stands there already."
    if to.item is None:
        return ""
    if to.item.id == item.id:
        return "That is the argument itself."
    if await leads_to(db, item.debate_id, [to.item.id], [item.id]):
        return UNDER_ITSELF
    if to.item.hidden_by_id is not None:
        gone = say_taken("the argument to which it would move", to.item.removed_under)
        return f"{gone}: choose another one."
    return ""


async def move_argument(
    db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, to: Destination, form: MoveForm
) -> Decision:
    await lock_shape(db, debate.id)
    row = await load_row(db, debate.id, item.id)
    below = await lock_below(db, debate.id, [item.id], [row.parent_id, to.item.id if to.item else None])
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    look = await look_again(db, item, to.item.id if to.item else None, form.seen)
    row = await load_row(db, debate.id, item.id)
    place, current = to.place_for(row.position_id, form.relation), Place.of(row)
    if obstacle := await find_obstacle(db, item, to, place, current):
        raise Conflict(obstacle)
    case_id = await take_case(db, item, look)
    decision = await record(db, actor, Act.on_item(item, Action.MOVE, form, case_id), debate.slug)
    db.add(_kept(decision, row, current, place))
    await set_aside(db, debate.id, [item.id], decision.id)
    await put_at(db, row, place, below - {current.parent_id, place.parent_id})
    touch_debate(db, debate.id)
    await tell(db, actor, decision, [to.item.author_id] if to.item and to.item.author_id else [])
    return decision


async def move_back(db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm) -> Decision:
    """Where the decision found it, with the judgements of that link. Those of the link since are kept with this one."""
    await lock_shape(db, item.debate_id)
    moved = await db.get_one(Reshaping, view.id)
    below = await lock_below(db, item.debate_id, [item.id], [moved.from_parent_id, moved.other_id])
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    row = await load_row(db, item.debate_id, item.id)
    await _refuse_where_it_cannot_return(db, moved, row)
    await refuse_while_hidden(db, view.case_id, row)
    act = Act.on_item(item, Action.MOVE_BACK, form, view.case_id, reverses_id=view.id)
    decision = await record(db, actor, act, view.slug)
    place = Place(moved.from_parent_id, moved.from_relation, moved.from_position_id)
    await set_aside(db, item.debate_id, [item.id], decision.id)
    await put_at(db, row, place, below - {moved.from_parent_id, moved.other_id})
    await bring_back(db, item.debate_id, [item.id], view.id)
    touch_debate(db, item.debate_id)
    others = [moved.other_id] if moved.other_id else []
    await tell(db, actor, decision, await authors_of(db, item.debate_id, others))
    await open_again(db, view.case_id, row)
    return decision


async def take_case(db: AsyncSession, item: Item, look: Look) -> int:
    """The argument's open case, closed by this decision, so that those who flagged it are told; or one of its own."""
    if look.case_id is None or look.case_version is None:
        return await add_closed_case(db, item)
    await close_case(db, look.case_id, look.case_version)
    return look.case_id


async def authors_of(db: AsyncSession, debate_id: int, ids: list[int]) -> list[int]:
    rows = [await load_row(db, debate_id, id) for id in ids]
    return [row.author_id for row in rows if row.author_id is not None]


def _kept(decision: Decision, row: Argument, before: Place, after: Place) -> Reshaping:
    return Reshaping(
        decision_id=decision.id,
        debate_id=row.debate_id,
        argument_id=row.id,
        other_id=after.parent_id,
        from_parent_id=before.parent_id,
        from_relation=before.relation,
        from_position_id=before.position_id,
        to_relation=after.relation,
        to_position_id=after.position_id,
    )


async def _refuse_where_it_cannot_return(db: AsyncSession, moved: Reshaping, row: Argument) -> None:
    # A split leaves the place of what is split alone.
    is_itself = (MADE.action != Action.SPLIT) & (LATER.argument_id == row.id)
    await refuse_if_since(db, moved, is_itself | has_taken_along([row.id]), "It has been moved or merged again since.")
    if Place.of(row) != Place(moved.other_id, moved.to_relation, moved.to_position_id):
        raise Conflict("It stands elsewhere by now. Move it from there instead.")
    if row.root_id is None and row.locked_by_id is not None:
        raise Conflict("Its thread has been locked since, and the lock is kept at it. Unlock the thread first.")
    if moved.from_parent_id is None:
        return
    await _refuse_where_nothing_stands(db, await load_row(db, row.debate_id, moved.from_parent_id))
    below = "The argument that it stood under now stands below it."
    await refuse_circle(db, moved, [moved.from_parent_id], [row.id], below)


async def _refuse_where_nothing_stands(db: AsyncSession, parent: Argument) -> None:
    """Under what was merged nobody would find it. What is merely hidden goes on showing its replies."""
    if parent.merged_into_id is None:
        return
    if await db.get(Reshaping, parent.hidden_by_id) is None:  # Put together again, which stays so.
        raise Conflict("What it stood under is one with another argument now. Move it under that one instead.")
    raise Conflict(f"What it stood under has been merged since. Undo decision {parent.hidden_by_id} first.")

"""Put an argument that was split together again. What the new one got meanwhile: its replies go to the first, its votes
and what else was given to it stay with it."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.commands import reword_by_decision
from app.arguments.counters import count_argument
from app.arguments.ground import lock_below, lock_shape
from app.db import touch_debate
from app.errors import Conflict
from app.models import Action, Argument, ArgumentRevision, Decision, NotificationKind, Reshaping
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.items import Item
from app.moderation.putting_back import refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.reopening import open_again
from app.moderation.shape.bearings import bring_back, set_aside
from app.moderation.shape.handing_on import recount, relink
from app.moderation.shape.renewing import find_those_who_acted, renew_votes
from app.moderation.shape.since import LATER, MADE, refuse_circle, refuse_if_since
from app.moderation.shape.trees import load_row, mark_due
from app.notifications.crowd_commands import take_back_news


async def unsplit(db: AsyncSession, actor: Actor, view: DecisionView, item: Item, form: UndoForm) -> Decision:
    await lock_shape(db, item.debate_id)
    splitting = await db.get_one(Reshaping, view.id, populate_existing=True)
    row, part = await _load_both(db, splitting)
    others = {row.id, row.parent_id, part.parent_id}
    below = await lock_below(db, item.debate_id, [part.id], others) - {part.id, *others}
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    row, part = await _load_both(db, splitting)
    replies = await _replies_to(db, part)
    await _refuse_where_they_cannot_join(db, splitting, row, part, replies)
    claim, grounds, version = await _wording_before(db, splitting)
    act = Act.on_item(item, Action.UNSPLIT, form, view.case_id, reverses_id=view.id)
    decision = await record(db, actor, act, view.slug)
    await set_aside(db, row.debate_id, replies, decision.id)
    await relink(db, replies, part, row, below)
    await bring_back(db, row.debate_id, set(replies) & set(splitting.reply_ids), view.id)
    if part.withdrawn_at is None:
        await count_argument(db, part, -1)
    part.hidden_by_id, part.merged_into_id = decision.id, row.id
    await db.flush()
    await recount(db, part, row)
    await mark_due(db, row.debate_id, [row.parent_id, part.parent_id])
    untold = await _take_back_news(db, row, view)
    await reword_by_decision(db, row, claim, grounds, decision.id, untold)
    if view.change is not None and "edited_at" in view.change:  # Earlier splits did not note it.
        row.edited_at = view.change["edited_at"] and datetime.fromisoformat(view.change["edited_at"])
    await renew_votes(db, row, version)
    touch_debate(db, row.debate_id)
    await tell(db, actor, decision)
    await open_again(db, view.case_id, row)
    return decision


async def _take_back_news(db: AsyncSession, row: Argument, view: DecisionView) -> set[int]:
    """Whoever has not read yet that the first was worded anew finds it as it was. Not so those who acted on it."""
    return await take_back_news(
        db, kind=NotificationKind.EDIT, debate_id=row.debate_id, argument_id=row.id, decision_id=view.id,
        kept_by=await find_those_who_acted(db, row, view.made_at),
    )  # fmt: skip


async def _load_both(db: AsyncSession, splitting: Reshaping) -> tuple[Argument, Argument]:
    assert splitting.other_id is not None
    row = await load_row(db, splitting.debate_id, splitting.argument_id)
    return row, await load_row(db, splitting.debate_id, splitting.other_id)


async def _replies_to(db: AsyncSession, part: Argument) -> list[int]:
    statement = select(Argument.id).where(Argument.debate_id == part.debate_id, Argument.parent_id == part.id)
    return list(await db.scalars(statement.order_by(Argument.id)))


async def _wording_before(db: AsyncSession, splitting: Reshaping) -> tuple[str, str, int]:
    """What the first said before it was split, and as which version; what its author changed since stays kept."""
    of_row = (
        ArgumentRevision.debate_id == splitting.debate_id, ArgumentRevision.argument_id == splitting.argument_id,
    )  # fmt: skip
    split = select(ArgumentRevision.number).where(*of_row, ArgumentRevision.decision_id == splitting.decision_id)
    statement = (
        select(ArgumentRevision.claim, ArgumentRevision.grounds_markdown, ArgumentRevision.version)
        .where(*of_row, ArgumentRevision.number < split.scalar_subquery())
        .order_by(ArgumentRevision.number.desc())
        .limit(1)
    )
    claim, grounds, version = (await db.execute(statement)).one()
    return claim, grounds, version


async def _refuse_where_they_cannot_join(
    db: AsyncSession, splitting: Reshaping, row: Argument, part: Argument, replies: list[int]
) -> None:
    for name, argument in (("first", row), ("new", part)):
        if argument.hidden_by_id is not None:
            raise Conflict(f"The {name} one is hidden or merged since. Undo decision {argument.hidden_by_id} first.")
    again = "One of them has been split again, or merged with another one."
    await refuse_if_since(db, splitting, _splits_or_merges(row, part), again)
    is_move = (MADE.action == Action.MOVE) & or_(LATER.from_parent_id == part.id, LATER.other_id == part.id)
    await refuse_if_since(db, splitting, is_move, "A reply has been moved away from the new one since, or to it.")
    if part.root_id is None and part.locked_by_id is not None:
        raise Conflict("The thread of the new one has been locked since. Unlock it first.")
    below = "The first one stands or is used below a reply to the new one since."
    await refuse_circle(db, splitting, [row.id], replies, below)


def _splits_or_merges(row: Argument, part: Argument) -> ColumnElement[bool]:
    """A split of either, or a merge into the new one."""
    is_split = (MADE.action == Action.SPLIT) & LATER.argument_id.in_([row.id, part.id])
    return is_split | ((MADE.action == Action.MERGE) & (LATER.other_id == part.id))

"""Split an argument with several claims: the first keeps its id and what it has, the new one stands beside it."""

from dataclasses import replace

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.commands import keep_wording, reword_by_decision
from app.arguments.counters import count_argument
from app.arguments.ground import lock_below, lock_shape
from app.db import touch_debate
from app.errors import Conflict
from app.markdown import render_markdown
from app.models import Action, Argument, Decision, Reshaping
from app.moderation.items import Item
from app.moderation.records import Act, find_made, record, tell
from app.moderation.shape.bearings import set_aside
from app.moderation.shape.forms import SplitForm
from app.moderation.shape.handing_on import recount, relink
from app.moderation.shape.looks import StaleLook, look_again
from app.moderation.shape.moves import take_case
from app.moderation.shape.trees import load_row, mark_due
from app.targets import DebateHead

# It may rest on all that the first rests on; its author can remove sources.
_CITE = text("""
    INSERT INTO citations (debate_id, argument_id, passage_id)
    SELECT debate_id, :part, passage_id FROM citations WHERE debate_id = :debate AND argument_id = :argument
""")
_CITE_SOURCES = text("""
    INSERT INTO source_citations (debate_id, argument_id, source_id, words)
    SELECT debate_id, :part, source_id, words FROM source_citations
    WHERE debate_id = :debate AND argument_id = :argument AND removed_at IS NULL ORDER BY id
""")
# Of one whose author is erased: what was discounted there is not to be begun anew on the other half.
_DISCOUNT = text("""
    UPDATE vote_discounts SET left_arguments = left_arguments || CAST(:part AS bigint)
    WHERE debate_id = :debate AND lifted_at IS NULL AND :argument = ANY(left_arguments)
""")


def find_obstacle(item: Item) -> str:
    """Why it cannot be split, in a sentence; nothing where it can."""
    if item.hidden_by_id is not None:
        return "It is hidden, removed or merged: undo that decision first."
    if item.withdrawn_at is not None:
        return "Its author has withdrawn it, so nobody votes on it or answers it any more."
    if item.locked_by_id is not None:
        return "Its thread is locked: unlock the thread first."
    return ""


async def split_argument(db: AsyncSession, actor: Actor, debate: DebateHead, item: Item, form: SplitForm) -> Decision:
    await lock_shape(db, debate.id)
    row = await load_row(db, debate.id, item.id)
    others = {item.id, row.parent_id}
    below = await lock_below(db, debate.id, form.going, others) - others
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    look = await look_again(db, item, None, form.seen)
    row = await load_row(db, debate.id, item.id)
    if obstacle := find_obstacle(item):
        raise Conflict(obstacle)
    if (row.claim, row.grounds_markdown) == (form.claim, form.grounds):
        raise Conflict("The first one would go on saying all that it says now: take out what the new one says.")
    await _refuse_where_replies_have_gone(db, row, form)
    case_id = await take_case(db, item, look)
    act = Act.on_item(item, Action.SPLIT, form, case_id)
    decision = await record(db, actor, replace(act, change=_edited_before(row)), debate.slug)
    part = await _add_part(db, row, form, decision)
    db.add(_splitting(decision, row, part, form))
    await reword_by_decision(db, row, form.claim, form.grounds, decision.id)  # Tells also those whose replies go.
    await set_aside(db, debate.id, form.going, decision.id)
    await relink(db, sorted(form.going), row, part, below)
    await recount(db, row, part)
    await count_argument(db, part, +1)
    await mark_due(db, debate.id, [row.parent_id])
    touch_debate(db, debate.id)
    await tell(db, actor, decision)
    return decision


def _edited_before(row: Argument) -> dict[str, str | None]:
    """A split words the first anew; putting it together again leaves no edit behind."""
    return {"edited_at": row.edited_at.isoformat() if row.edited_at else None}


async def _refuse_where_replies_have_gone(db: AsyncSession, row: Argument, form: SplitForm) -> None:
    statement = select(Argument.id).where(
        Argument.debate_id == row.debate_id, Argument.parent_id == row.id, Argument.id.in_(form.going)
    )
    if set(await db.scalars(statement)) != form.going:
        raise StaleLook("One of the replies has been moved since you saw it. Nothing was done: look again.")


async def _add_part(db: AsyncSession, row: Argument, form: SplitForm, decision: Decision) -> Argument:
    """Where the first stands, by the same author, resting on the same; what it answers is said back likewise."""
    kept = (
        "debate_id", "parent_id", "root_id", "depth", "relation", "position_id", "origin", "author_id",
        "steelman", "steelman_accepted_at", "steelman_accepted_by_id",
    )  # fmt: skip
    part = Argument(
        **{name: getattr(row, name) for name in kept},
        claim=form.other_claim,
        grounds_markdown=form.other_grounds,
        grounds_html=render_markdown(form.other_grounds),
        split_from_id=row.id,
    )
    db.add(part)
    await db.flush()
    part = await load_row(db, row.debate_id, part.id)
    keep_wording(db, part, 1, decision.id)
    place = {"debate": row.debate_id, "argument": row.id, "part": part.id}
    await db.execute(_CITE, place)
    await db.execute(_CITE_SOURCES, place)
    await db.execute(_DISCOUNT, place)
    return part


def _splitting(decision: Decision, row: Argument, part: Argument, form: SplitForm) -> Reshaping:
    return Reshaping(
        decision_id=decision.id,
        debate_id=row.debate_id,
        argument_id=row.id,
        other_id=part.id,
        from_parent_id=row.parent_id,
        from_relation=row.relation,
        from_position_id=row.position_id,
        reply_ids=sorted(form.going),
    )

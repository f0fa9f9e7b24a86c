"""Discount the votes of some people on one author's arguments, and count them again."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Decision
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.putting_back import NOT_IN_FORCE, refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.rings.cast_votes import load_cast_votes
from app.moderation.rings.forms import DiscountForm
from app.moderation.rings.people import Ring
from app.moderation.undo_commands import REVERSALS
from app.targets import DebateHead
from app.votes.discounting import lock_arguments_of, restore_votes, stop_votes


class StaleVotes(Conflict):
    """The votes are not any more what the moderator saw; nothing was decided."""


async def discount_votes(
    db: AsyncSession, actor: Actor, debate: DebateHead, ring: Ring, form: DiscountForm
) -> Decision:
    """One decision, about the author in the log; those who voted are told of it too, but not named in it."""
    await lock_arguments_of(db, debate.id, ring.author.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    cast = await load_cast_votes(db, debate.id, ring)
    if cast.version != form.version or cast.discounted:
        raise StaleVotes("The votes have changed since you looked at them.")
    if not cast.votes:
        raise StaleVotes("None of these people has voted on these arguments.")
    act = Act(
        Action.DISCOUNT, form.explanation, form.idempotency_key, form.house_rule, form.law,
        columns={"debate_id": debate.id}, concerned_id=ring.author.id, bench=ring.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, debate.slug)
    await stop_votes(db, debate.id, ring.author.id, ring.voter_ids, decision.id)
    await tell(db, actor, decision, ring.voter_ids)
    return decision


async def recount_votes(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """Count again exactly what a decision has stopped."""
    assert view.debate_id is not None
    await lock_arguments_of(db, view.debate_id, view.concerned_id, view.id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    voter_ids = await restore_votes(db, view.id)
    if not voter_ids:
        raise Conflict(NOT_IN_FORCE)
    act = Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key,
        columns={"debate_id": view.debate_id}, concerned_id=view.concerned_id, reverses_id=view.id, bench=view.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, view.slug)
    await tell(db, actor, decision, voter_ids)
    return decision

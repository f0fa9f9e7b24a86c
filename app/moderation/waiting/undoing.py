"""Undo that a post was not let stand: it waits again, as before. On appeal it stands, as nothing else would give its
author what was refused."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.models import Action, Decision, HeldPost
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.putting_back import refuse_if_undone
from app.moderation.records import Act, find_made, record, tell
from app.moderation.undo_commands import REVERSALS
from app.moderation.waiting.commands import release_post
from app.moderation.waiting.forms import ReleaseForm
from app.targets import find_debate

NOT_AS_IT_WAS = "Its author has worded it anew or withdrawn it since, so there is nothing to undo."


async def let_wait_again(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    post = await _lock_declined(db, view)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    post = await _same_as_declined(db, view, post)
    act = Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key, columns={"debate_id": view.debate_id},
        concerned_id=post.author_id, reverses_id=view.id, bench=view.bench,
    )  # fmt: skip
    decision = await record(db, actor, act, view.slug)
    post.decision_id = None
    post.version += 1
    await db.flush()
    await tell(db, actor, decision, [post.author_id])
    return decision


async def let_stand_after_all(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """As its author would have posted it, if it is the same post."""
    debate = await find_debate(db, actor, view.slug or "")
    post = await _lock_declined(db, view)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    post = await _same_as_declined(db, view, post)
    release = ReleaseForm(version=post.version, explanation=form.explanation, idempotency_key=form.idempotency_key)
    return await release_post(db, actor, debate, post, release, view.bench)


async def _lock_declined(db: AsyncSession, view: DecisionView) -> HeldPost | None:
    declined = select(HeldPost).where(HeldPost.debate_id == view.debate_id, HeldPost.decision_id == view.id)
    return (await db.execute(declined.with_for_update())).scalar_one_or_none()


async def _same_as_declined(db: AsyncSession, view: DecisionView, post: HeldPost | None) -> HeldPost:
    await refuse_if_undone(db, view.id)
    if post is None or post.withdrawn_at is not None:
        raise Conflict(NOT_AS_IT_WAS)
    return post


async def find_declined(db: Reader, decision: DecisionView) -> str | None:
    """The address of the post that a decision did not let stand, unless it was worded anew since."""
    if decision.action != Action.DECLINE:
        return None
    declined = select(HeldPost.id).where(
        HeldPost.debate_id == decision.debate_id, HeldPost.decision_id == decision.id, HeldPost.argument_id.is_(None),
        HeldPost.annotation_id.is_(None),
    )  # fmt: skip
    post_id = await db.scalar(declined)
    return f"/debates/{decision.slug}/waiting/{post_id}" if post_id is not None else None

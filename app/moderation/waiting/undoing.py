"""Undo that a post was not let stand: it stands then, as nothing else would give its author what was refused."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.models import Action, Decision, HeldPost
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.records import find_made
from app.moderation.undo_commands import refuse_if_undone
from app.moderation.waiting.commands import release_post
from app.moderation.waiting.forms import ReleaseForm
from app.targets import find_debate

NOT_AS_IT_WAS = "Its author has worded it anew or withdrawn it since, so there is nothing to let stand."


async def let_stand_after_all(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """Undo declining a post, as long as it is the same post."""
    debate = await find_debate(db, actor, view.slug or "")
    declined = select(HeldPost).where(HeldPost.debate_id == debate.id, HeldPost.decision_id == view.id)
    post = (await db.execute(declined.with_for_update())).scalar_one_or_none()
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    if post is None or post.withdrawn_at is not None:
        raise Conflict(NOT_AS_IT_WAS)
    release = ReleaseForm(version=post.version, explanation=form.explanation, idempotency_key=form.idempotency_key)
    return await release_post(db, actor, debate, post, release, view.bench)


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

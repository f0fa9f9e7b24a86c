"""Undo that a post was not let stand: it waits again, as before. On appeal it stands, as nothing else would give its
author what was refused; where it was worded anew or withdrawn since, it stays as it is."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.models import Action, Decision, HeldPost
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.putting_back import refuse_if_undone
from app.moderation.records import Act, answer_appeals, find_made, record, tell
from app.moderation.undo_commands import REVERSALS
from app.moderation.waiting.commands import release_post
from app.moderation.waiting.forms import ReleaseForm
from app.moderation.waiting.queries import POST
from app.targets import find_debate

STAYS = "stays"  # In the change of an undoing: the post is left as it is.
NOT_AS_IT_WAS = "Its author has worded it anew or withdrawn it since, so there is nothing to undo."
ERASED = "It was erased with the account of its author, so there is nothing to undo."


class Declined(NamedTuple):
    """The post that a decision did not let stand."""

    url: str
    is_as_it_was: bool  # Neither worded anew nor withdrawn nor let stand since.


async def let_wait_again(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    post = await _lock_declined(db, view)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    if post is None or not _is_as_it_was(post, view):
        raise Conflict(NOT_AS_IT_WAS if post else ERASED)
    decision = await record(db, actor, _reopening(view, form), view.slug)
    post.decision_id = None
    post.version += 1
    await db.flush()
    await tell(db, actor, decision, [post.author_id])
    return decision


async def let_stand_after_all(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """As its author would have posted it, if it is the same post. Else the decision is undone and nothing else: what
    was worded anew waits for a decision of its own, or has it."""
    debate = await find_debate(db, actor, view.slug or "")
    post = await _lock_declined(db, view)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    if post is None or not _is_as_it_was(post, view):
        decision = await record(db, actor, _reopening(view, form, {STAYS: True}), view.slug)
        await tell(db, actor, decision)
        await answer_appeals(db, decision)
        return decision
    release = ReleaseForm(version=post.version, explanation=form.explanation, idempotency_key=form.idempotency_key)
    return await release_post(db, actor, debate, post, release, view.bench)


def _reopening(view: DecisionView, form: UndoForm, change: dict[str, Any] | None = None) -> Act:
    return Act(
        REVERSALS[view.action], form.explanation, form.idempotency_key, columns={"debate_id": view.debate_id},
        concerned_id=view.concerned_id, reverses_id=view.id, bench=view.bench, change=change,
    )  # fmt: skip


async def _lock_declined(db: AsyncSession, view: DecisionView) -> HeldPost | None:
    return (await db.execute(select(HeldPost).where(*_of(view)).with_for_update())).scalar_one_or_none()


async def find_declined(db: Reader, view: DecisionView) -> Declined | None:
    """None of other decisions, and where it was erased with its author."""
    if view.action != Action.DECLINE:
        return None
    columns = (HeldPost.id, HeldPost.decision_id, HeldPost.withdrawn_at)
    post = (await db.execute(select(*columns).where(*_of(view)))).one_or_none()
    if post is None:
        return None
    return Declined(f"/debates/{view.slug}/waiting/{post.id}", _is_as_it_was(post, view))


def in_the_way(view: DecisionView, declined: Declined | None) -> str:
    """Why undoing it would be refused."""
    if view.action != Action.DECLINE or (declined and declined.is_as_it_was):
        return ""
    return NOT_AS_IT_WAS if declined else ERASED


def _of(view: DecisionView) -> tuple[ColumnElement[bool], ...]:
    post_id = (view.change or {}).get(POST)
    return HeldPost.debate_id == view.debate_id, or_(HeldPost.decision_id == view.id, HeldPost.id == post_id)


def _is_as_it_was(post: HeldPost | Row[int, int | None, datetime | None], view: DecisionView) -> bool:
    return post.decision_id == view.id and post.withdrawn_at is None

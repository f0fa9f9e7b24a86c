"""Annotate a passage, reply to an annotation; edit it, move it, resolve it, withdraw it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.annotations.counters import count_annotation
from app.annotations.forms import AnnotationForm, AnnotationReplyForm
from app.annotations.revisions import Wording, first_wording, keep_wording, newest_number
from app.db import touch_debate
from app.errors import Conflict, NotFound
from app.essays.commands import find_or_make_passage
from app.essays.queries import Revision
from app.essays.selectors import TextPosition
from app.markdown import render_markdown
from app.models import Annotation, AnnotationKind, NotificationKind
from app.notifications.announcing import announce
from app.notifications.commands import notify
from app.permissions import can_reply_to_annotation, require
from app.prevention.edit_requests import give_up_if_asked, tell_moderators_of_edit
from app.targets import DebateHead


class PostedBefore(Conflict):
    """The form's key has made an annotation before, which said something else."""

    def __init__(self, annotation: Annotation) -> None:
        super().__init__("This form has saved something before.")
        self.annotation = annotation


async def lock_annotation(db: AsyncSession, debate: DebateHead, annotation_id: int) -> Annotation:
    """The annotation as it is now; its row stays locked, and foreign keys to it are not held up."""
    key = (debate.id, annotation_id)
    annotation = await db.get(Annotation, key, populate_existing=True, with_for_update={"key_share": True})
    if annotation is None:
        raise NotFound("There is no such annotation in this debate.")
    return annotation


async def post_annotation(
    db: AsyncSession, author_id: int, revision: Revision, place: TextPosition, form: AnnotationForm
) -> Annotation:
    """The annotation on these words; the same form sent again gives the one that it has made."""
    passage = await find_or_make_passage(db, revision, place.start, place.end)
    wording = Wording(form.kind, passage.id, form.body, form.tags)
    return await post_on_passage(db, author_id, revision.debate_id, wording, form.idempotency_key)


async def post_on_passage(db: AsyncSession, author_id: int, debate_id: int, wording: Wording, key: str) -> Annotation:
    """A note or question on a passage that there is."""
    return (await _post(db, author_id, debate_id, None, wording, key))[0]


async def post_annotation_reply(
    db: AsyncSession, actor: Actor, debate: DebateHead, parent_id: int, form: AnnotationReplyForm
) -> Annotation:
    """The reply below a note or question, whose author is told; sent again, the one that the form has made."""
    assert actor.id is not None
    parent = await lock_annotation(db, debate, parent_id)
    require(can_reply_to_annotation(actor, debate, parent))
    wording = Wording(AnnotationKind.REPLY, parent.passage_id, form.body, [])
    reply, is_new = await _post(db, actor.id, debate.id, parent_id, wording, form.idempotency_key)
    if is_new and parent.author_id is not None:
        about = {"debate_id": debate.id, "annotation_id": reply.id}
        await notify(db, user_id=parent.author_id, kind=NotificationKind.ANNOTATION_REPLY, actor_id=actor.id, **about)
    return reply


async def _post(
    db: AsyncSession, author_id: int, debate_id: int, parent_id: int | None, wording: Wording, key: str
) -> tuple[Annotation, bool]:
    """The row with this key, and whether it is new. PostedBefore if the key has made something else."""
    place = {"debate_id": debate_id, "parent_id": parent_id}
    once = {"author_id": author_id, "idempotency_key": key}
    if (same := await _find_same(db, author_id, place, wording)) is not None:
        return same, False
    statement = insert(Annotation).values(**place, **once, **_columns(wording))
    made = await db.execute(statement.on_conflict_do_nothing(index_elements=list(once)).returning(Annotation.id))
    is_new = made.scalar_one_or_none() is not None
    annotation = (await db.execute(select(Annotation).filter_by(**once))).scalar_one()
    if not is_new:
        if annotation.parent_id != parent_id or not (await first_wording(db, annotation)).says(wording):
            raise PostedBefore(annotation)
        return annotation, False
    keep_wording(db, annotation, 1, author_id)
    await db.flush()
    await count_annotation(db, annotation, +1)
    await announce(db, annotation, wording.body)
    touch_debate(db, debate_id)
    return annotation, True


async def _find_same(db: AsyncSession, author_id: int, place: dict[str, Any], wording: Wording) -> Annotation | None:
    """What this person has said here in these words: browsers that go back keep what was typed, but not the key."""
    words = {"passage_id": wording.passage_id, "kind": wording.kind, "body_markdown": wording.body}
    listed = {"withdrawn_at": None, "hidden_by_id": None}
    found = select(Annotation).filter_by(author_id=author_id, **place, **words, **listed)
    found = found.where(Annotation.tags == wording.tags).order_by(Annotation.id.desc()).limit(1)
    return (await db.execute(found)).scalar_one_or_none()


def _columns(wording: Wording) -> dict[str, Any]:
    return {
        "kind": wording.kind,
        "passage_id": wording.passage_id,
        "body_markdown": wording.body,
        "body_html": render_markdown(wording.body),
        "tags": wording.tags,
    }


async def edit_annotation(db: AsyncSession, annotation: Annotation, editor_id: int, wording: Wording) -> None:
    """Word, file or place a locked annotation anew. What is as it was already makes no entry in its history."""
    if Wording.of(annotation) == wording:
        return
    for name, value in _columns(wording).items():
        setattr(annotation, name, value)
    annotation.edited_at = datetime.now(UTC)
    keep_wording(db, annotation, await newest_number(db, annotation) + 1, editor_id)
    await _take_replies_along(db, annotation)
    touch_debate(db, annotation.debate_id)
    await db.flush()
    await announce(db, annotation, wording.body, is_new=False)
    await tell_moderators_of_edit(db, annotation)


async def _take_replies_along(db: AsyncSession, annotation: Annotation) -> None:
    """Replies stand where their note stands; it is locked, so that none comes in between."""
    is_reply = (Annotation.debate_id == annotation.debate_id) & (Annotation.parent_id == annotation.id)
    stand_elsewhere = update(Annotation).where(is_reply, Annotation.passage_id != annotation.passage_id)
    moved = stand_elsewhere.values(passage_id=annotation.passage_id)
    await db.execute(moved.execution_options(synchronize_session=False))


async def resolve_annotation(db: AsyncSession, annotation: Annotation, actor: Actor) -> None:
    """Mark a locked note or question as resolved. Who was first stays who it was."""
    if annotation.resolved_at is None:
        annotation.resolved_at, annotation.resolved_by_id = datetime.now(UTC), actor.id
        touch_debate(db, annotation.debate_id)
        await db.flush()


async def reopen_annotation(db: AsyncSession, annotation: Annotation) -> None:
    if annotation.resolved_at is not None:
        annotation.resolved_at = annotation.resolved_by_id = None
        touch_debate(db, annotation.debate_id)
        await db.flush()


async def withdraw_annotation(db: AsyncSession, annotation: Annotation) -> None:
    """It keeps its place and its replies, and counts no longer. What moderators have hidden is not counted already."""
    await db.refresh(annotation, with_for_update={"key_share": True})
    if annotation.withdrawn_at is not None:
        raise Conflict("It is withdrawn already.")
    annotation.withdrawn_at = datetime.now(UTC)
    await db.flush()
    if annotation.hidden_by_id is None:
        await count_annotation(db, annotation, -1)
    touch_debate(db, annotation.debate_id)
    await give_up_if_asked(db, annotation)

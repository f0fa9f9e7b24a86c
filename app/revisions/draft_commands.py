"""A host's draft of the next revision: saved with its text, placed in, published or discarded."""

import asyncio

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, NotFound
from app.essays.canonical import parse_essay
from app.essays.selectors import TextPosition
from app.models import EssayDraft, EssayRevision
from app.revisions.commands import Published, publish_wording
from app.revisions.forms import DraftForm
from app.revisions.places import carry_places, read_places, write_places

CHANGED = "The draft has changed since you saw it. Look at it again."
NO_DRAFT = "There is no draft of a new revision."


async def find_newest(db: AsyncSession, debate_id: int) -> EssayRevision:
    """The entity, for a command to build on."""
    statement = select(EssayRevision).where(EssayRevision.debate_id == debate_id)
    newest = (await db.execute(statement.order_by(EssayRevision.id.desc()).limit(1))).scalar_one_or_none()
    if newest is None:
        raise NotFound("This debate has no essay yet.")
    return newest


async def lock_draft(db: AsyncSession, debate_id: int) -> EssayDraft | None:
    return await db.get(EssayDraft, debate_id, with_for_update=True, populate_existing=True)


async def save_draft(db: AsyncSession, newest: EssayRevision, form: DraftForm, editor_id: int) -> bool:
    """Whether it was saved: not if somebody else has saved, published or discarded one since the host saw it.

    Hand-made places go along with their words. The text has been parsed before.
    """
    if form.base != newest.number:
        return False
    draft = await lock_draft(db, newest.debate_id)
    if draft is None:
        return form.version == 0 and await _begin_draft(db, newest, form, editor_id)
    if draft.version != form.version:
        return False
    if draft.markdown != form.markdown:
        draft.places = write_places(await asyncio.to_thread(_carry, draft, form.markdown))
    draft.markdown, draft.note, draft.base_revision_id = form.markdown, form.note, newest.id
    _mark_changed(draft, editor_id)
    await db.flush()
    return True


def _carry(draft: EssayDraft, markdown: str) -> dict[int, TextPosition | None]:
    return carry_places(parse_essay(draft.markdown).text, parse_essay(markdown).text, read_places(draft.places))


async def _begin_draft(db: AsyncSession, newest: EssayRevision, form: DraftForm, editor_id: int) -> bool:
    statement = insert(EssayDraft).values(
        debate_id=newest.debate_id,
        base_revision_id=newest.id,
        markdown=form.markdown,
        note=form.note,
        version=1,
        editor_id=editor_id,
    )
    made = await db.execute(statement.on_conflict_do_nothing().returning(EssayDraft.debate_id))
    return made.one_or_none() is not None


def _mark_changed(draft: EssayDraft, editor_id: int) -> None:
    draft.version += 1
    draft.editor_id = editor_id
    draft.changed_at = func.now()


async def _lock_seen(db: AsyncSession, debate_id: int, version: int) -> EssayDraft:
    draft = await lock_draft(db, debate_id)
    if draft is None:
        raise Conflict(f"{NO_DRAFT} Somebody has published or discarded it.")
    if draft.version != version:
        raise Conflict(CHANGED)
    return draft


async def place_in_draft(
    db: AsyncSession, debate_id: int, version: int, passage_id: int, place: TextPosition | None, editor_id: int
) -> None:
    """Where the passage is to stand when the draft is published, or that it is to stand nowhere."""
    draft = await _lock_seen(db, debate_id, version)
    draft.places = write_places({**read_places(draft.places), passage_id: place})
    _mark_changed(draft, editor_id)
    await db.flush()


async def follow_in_draft(db: AsyncSession, debate_id: int, version: int, passage_id: int, editor_id: int) -> None:
    """Take back what was said by hand: the passage goes after its words again."""
    draft = await _lock_seen(db, debate_id, version)
    draft.places = {id_: place for id_, place in draft.places.items() if id_ != str(passage_id)}
    _mark_changed(draft, editor_id)
    await db.flush()


async def publish_draft(db: AsyncSession, debate_id: int, version: int, publisher_id: int) -> Published:
    """Of two hosts at once, or one who has not seen the last change, one is told of a conflict."""
    draft = await _lock_seen(db, debate_id, version)
    newest = await find_newest(db, debate_id)
    if draft.base_revision_id != newest.id:
        raise Conflict("A revision was published after this draft was begun. Save the draft again on top of it.")
    places = read_places(draft.places)
    published = await publish_wording(db, newest, draft.markdown, draft.note, publisher_id, places)
    await db.delete(draft)
    await db.flush()
    return published


async def discard_draft(db: AsyncSession, debate_id: int, version: int) -> None:
    await _lock_seen(db, debate_id, version)
    await db.execute(delete(EssayDraft).where(EssayDraft.debate_id == debate_id))

"""Annotate a passage; withdraw an annotation."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.counters import count_annotation
from app.annotations.forms import AnnotationForm
from app.db import touch_debate
from app.errors import Conflict
from app.essays.commands import find_or_make_passage
from app.essays.queries import Revision
from app.essays.selectors import TextPosition
from app.markdown import render_markdown
from app.models import Annotation, Passage


async def post_annotation(
    db: AsyncSession, author_id: int, revision: Revision, place: TextPosition, form: AnnotationForm
) -> Annotation:
    """The annotation on these words; the same form sent again gives the one that it has made."""
    passage = await find_or_make_passage(db, revision, place.start, place.end)
    if (same := await _find_same(db, author_id, passage, form)) is not None:
        return same
    key = {"author_id": author_id, "idempotency_key": form.idempotency_key}
    statement = insert(Annotation).values(
        **key,
        debate_id=revision.debate_id,
        passage_id=passage.id,
        kind=form.kind,
        body_markdown=form.body,
        body_html=render_markdown(form.body),
    )
    made = await db.execute(statement.on_conflict_do_nothing(index_elements=list(key)).returning(Annotation.id))
    annotation = (await db.execute(select(Annotation).filter_by(**key))).scalar_one()
    if made.scalar_one_or_none() is None:
        return annotation
    await count_annotation(db, revision.debate_id, +1)
    touch_debate(db, revision.debate_id)
    return annotation


async def _find_same(db: AsyncSession, author_id: int, passage: Passage, form: AnnotationForm) -> Annotation | None:
    """What this person has said here in these words: browsers that go back keep what was typed, but not the key."""
    place = {"author_id": author_id, "debate_id": passage.debate_id, "passage_id": passage.id}
    words = {"kind": form.kind, "body_markdown": form.body, "withdrawn_at": None, "hidden_by_id": None}
    found = select(Annotation).filter_by(**place, **words).order_by(Annotation.id.desc()).limit(1)
    return (await db.execute(found)).scalar_one_or_none()


async def withdraw_annotation(db: AsyncSession, annotation: Annotation) -> None:
    """It keeps its place, and counts no longer. What moderators have hidden is not counted already."""
    await db.refresh(annotation, with_for_update=True)
    if annotation.withdrawn_at is not None:
        raise Conflict("It is withdrawn already.")
    annotation.withdrawn_at = func.now()
    await db.flush()
    if annotation.hidden_by_id is None:
        await count_annotation(db, annotation.debate_id, -1)
    touch_debate(db, annotation.debate_id)

"""What counts a listed annotation: its debate; a reply, the note or question that it answers."""

from sqlalchemy import Update, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Debate


async def count_annotation(db: AsyncSession, annotation: Annotation, step: int) -> None:
    """Count an annotation that becomes listed (+1) or ceases to be (-1). Lock its own row first."""
    await db.execute(_count(annotation, step).execution_options(synchronize_session=False))


def _count(annotation: Annotation, step: int) -> Update:
    if annotation.parent_id is not None:
        is_parent = (Annotation.debate_id == annotation.debate_id) & (Annotation.id == annotation.parent_id)
        return update(Annotation).where(is_parent).values({Annotation.reply_count: Annotation.reply_count + step})
    is_debate = Debate.id == annotation.debate_id
    return update(Debate).where(is_debate).values({Debate.annotation_count: Debate.annotation_count + step})

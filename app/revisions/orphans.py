"""Whose arguments and annotations have lost their words with a new revision, and telling them."""

from sqlalchemy import and_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.models import (
    Annotation,
    Argument,
    Citation,
    EssayRevision,
    NotificationKind,
    Placement,
    PlacementState,
)
from app.notifications.commands import notify_all


async def tell_authors(
    db: AsyncSession, before: EssayRevision, revision: EssayRevision, publisher_id: int | None
) -> None:
    """Once each, whatever of theirs became an orphan with this revision."""
    people = await _authors_of_new_orphans(db, before, revision)
    await notify_all(db, people, kind=NotificationKind.ORPHAN, actor_id=publisher_id, debate_id=revision.debate_id)


async def _authors_of_new_orphans(db: AsyncSession, before: EssayRevision, revision: EssayRevision) -> list[int]:
    now, then = aliased(Placement), aliased(Placement)
    lost = (
        select(now.passage_id)
        .join(then, and_(then.debate_id == now.debate_id, then.passage_id == now.passage_id))
        .where(
            now.debate_id == revision.debate_id,
            now.revision_id == revision.id,
            now.state == PlacementState.ORPHAN,
            then.revision_id == before.id,
            then.state != PlacementState.ORPHAN,
        )
    )
    annotating = select(Annotation.author_id).where(
        Annotation.debate_id == revision.debate_id,
        Annotation.passage_id.in_(lost),
        Annotation.parent_id.is_(None),
        Annotation.withdrawn_at.is_(None),
    )
    citing = (
        select(Argument.author_id)
        .join(Citation, and_(Citation.debate_id == Argument.debate_id, Citation.argument_id == Argument.id))
        .where(
            Argument.debate_id == revision.debate_id,
            Citation.passage_id.in_(lost),
            Argument.withdrawn_at.is_(None),
        )
    )
    rows = await db.execute(union(annotating, citing))
    return sorted(author_id for (author_id,) in rows if author_id is not None)

"""Places where a merged argument was used, and what was used under it: the survivor takes them over."""

from collections.abc import Collection

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.models import ArgumentLink, Reshaping

# Left where it is: what would be there twice, what would link an argument with itself, and what the survivor answers
# itself by way of other arguments.
_USES = text("""
    WITH RECURSIVE up AS (
        SELECT id AS link_id, target_id AS id FROM argument_links
        WHERE debate_id = :debate AND source_id = :merged AND withdrawn_at IS NULL
        UNION
        SELECT up.link_id, above.id FROM up JOIN LATERAL (
            SELECT parent_id AS id FROM arguments
            WHERE debate_id = :debate AND id = up.id AND parent_id IS NOT NULL
            UNION ALL
            SELECT target_id FROM argument_links
            WHERE debate_id = :debate AND source_id = up.id AND withdrawn_at IS NULL
        ) above ON true
    )
    UPDATE argument_links l SET source_id = :survivor
    WHERE l.debate_id = :debate AND l.source_id = :merged AND l.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT FROM up WHERE up.link_id = l.id AND up.id = :survivor)
      AND NOT EXISTS (
          SELECT FROM argument_links o WHERE o.debate_id = :debate AND o.source_id = :survivor
          AND o.target_id = l.target_id AND o.withdrawn_at IS NULL
      )
    RETURNING l.id
""")
_ANSWERS = text("""
    UPDATE argument_links l SET target_id = :survivor
    WHERE l.debate_id = :debate AND l.target_id = :merged AND l.source_id <> :survivor AND l.withdrawn_at IS NULL
      AND NOT EXISTS (
          SELECT FROM argument_links o WHERE o.debate_id = :debate AND o.target_id = :survivor
          AND o.source_id = l.source_id AND o.withdrawn_at IS NULL
      )
    RETURNING l.id
""")
_USES_BACK, _ANSWERS_BACK = (
    text(f"UPDATE argument_links SET {end} = :merged WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))")  # noqa: S608
    for end in ("source_id", "target_id")
)
_MARK_DUE = text("""
    UPDATE arguments a SET is_strength_due = true FROM argument_links l
    WHERE a.debate_id = :debate AND l.debate_id = :debate AND l.source_id IN (:merged, :survivor) AND a.id = l.target_id
""")


async def hand_on_links(db: AsyncSession, merging: Reshaping) -> None:
    place = _place(merging)
    merging.use_ids = sorted((await db.execute(_USES, place)).scalars())
    merging.answer_ids = sorted((await db.execute(_ANSWERS, place)).scalars())
    await db.flush()
    await db.execute(_MARK_DUE, place)


async def take_back_links(db: AsyncSession, merging: Reshaping) -> None:
    place = _place(merging)
    await db.execute(_USES_BACK, {**place, "ids": merging.use_ids})
    await db.execute(_ANSWERS_BACK, {**place, "ids": merging.answer_ids})
    await db.execute(_MARK_DUE, place)


async def sources_of(db: Reader, debate_id: int, link_ids: Collection[int]) -> list[int]:
    """What is used by these links."""
    if not link_ids:
        return []
    statement = select(ArgumentLink.source_id).where(
        ArgumentLink.debate_id == debate_id, ArgumentLink.id.in_(link_ids), ArgumentLink.withdrawn_at.is_(None)
    )
    return list((await db.execute(statement)).scalars())


def _place(merging: Reshaping) -> dict[str, object]:
    return {"debate": merging.debate_id, "merged": merging.argument_id, "survivor": merging.other_id}

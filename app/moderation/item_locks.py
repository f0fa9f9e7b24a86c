"""Locking the rows of many items at once, as those who act on one of them do one by one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Argument, Credit, ReviewMark, Source
from app.moderation.items import ItemKind, ItemRow

ONE_AT_A_TIME = 7_406_001  # Of the advisory lock: two such acts would lock many rows in different orders.

Rows = dict[ItemKind, list[Any]]


async def lock_items(db: AsyncSession, columns: Sequence[dict[str, int | None]]) -> Rows:
    """Their rows and those that count them, answers before what they answer, as everyone locks them.

    `columns` name an item each, as of cases and decisions; those that name none are passed over.
    """
    places = sorted({each["debate_id"] for each in columns if each["debate_id"] is not None})
    credits = await _lock(db, Credit, places, [each["credit_id"] for each in columns], locks=False)
    marks = await _lock(db, ReviewMark, places, [each["mark_id"] for each in columns], locks=False)
    ids = [each["argument_id"] for each in columns]
    beside = [item.argument_id for item in (*credits, *marks)]
    arguments = await _lock(db, Argument, places, [*ids, *beside])
    annotations = await _lock(db, Annotation, places, [each["annotation_id"] for each in columns])
    credits = await _lock(db, Credit, places, [each["credit_id"] for each in columns])
    sources = await _lock(db, Source, places, [each["source_id"] for each in columns])
    marks = await _lock(db, ReviewMark, places, [each["mark_id"] for each in columns])
    return {
        ItemKind.ARGUMENTS: arguments, ItemKind.ANNOTATIONS: annotations, ItemKind.CREDITS: credits,
        ItemKind.SOURCES: sources, ItemKind.MARKS: marks,
    }  # fmt: skip


def by_key(rows: Rows) -> dict[tuple[ItemKind, int, int], ItemRow]:
    """By kind, debate and id."""
    return {(kind, row.debate_id, row.id): row for kind, found in rows.items() for row in found}


async def _lock(
    db: AsyncSession, kind: Any, places: list[int], ids: list[int | None], *, locks: bool = True
) -> list[Any]:
    wanted = [id for id in ids if id is not None]
    which = kind.id.in_(wanted)
    if locks and kind not in (Credit, Source, ReviewMark):
        parents = select(kind.parent_id).where(
            kind.debate_id.in_(places), kind.id.in_(wanted), kind.parent_id.is_not(None)
        )
        which = or_(which, kind.id.in_(parents))
    statement = select(kind).where(kind.debate_id.in_(places), which).order_by(kind.id.desc())
    if locks:
        statement = statement.with_for_update(key_share=True)
    return list(await db.scalars(statement.execution_options(populate_existing=True)))

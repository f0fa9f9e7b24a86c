"""Counting an item in or out when moderators hide or restore it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.counters import count_annotation
from app.arguments.counters import count_argument
from app.db import touch_debate
from app.models import Annotation, Argument, Debate


async def show_change(db: AsyncSession, item: Argument | Annotation, step: int = 0) -> None:
    """Count an item that becomes listed (+1) or ceases to be (-1), and let readers see the change.

    Withdrawn items are counted out already. The debate's row is locked here, before anybody is told: everyone locks
    it ahead of the rows of people.
    """
    if step and item.withdrawn_at is None:
        await _count(db, item, step)
    await db.execute(select(Debate.id).where(Debate.id == item.debate_id).with_for_update(key_share=True))
    touch_debate(db, item.debate_id)


async def _count(db: AsyncSession, item: Argument | Annotation, step: int) -> None:
    if isinstance(item, Argument):
        await count_argument(db, item, step)
    else:
        await count_annotation(db, item.debate_id, step)

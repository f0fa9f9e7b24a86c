"""Counting an item in or out when moderators hide or restore it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.counters import count_annotation
from app.arguments.counters import count_argument
from app.db import touch_debate
from app.models import Argument, Credit, Source
from app.moderation.items import ItemRow
from app.votes.credit_commands import count_credit


async def show_change(db: AsyncSession, item: ItemRow, step: int = 0) -> None:
    """Count an item that becomes listed (+1) or ceases to be (-1), and let readers see the change.

    Withdrawn items are counted out already; sources count in nothing. Call it before anybody is told: all writers
    lock the rows that count ahead of the rows of people.
    """
    if step and not isinstance(item, Source) and item.withdrawn_at is None:
        if isinstance(item, Argument):
            await count_argument(db, item, step)
        elif isinstance(item, Credit):
            await count_credit(db, item, step)
        else:
            await count_annotation(db, item, step)
    touch_debate(db, item.debate_id)

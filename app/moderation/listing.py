"""Counting items in or out when moderators hide or restore them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.counters import count_annotation
from app.arguments.counters import count_argument
from app.db import touch_debate
from app.models import Argument, Credit, ReviewMark, Source
from app.moderation.casework.counting import count_many
from app.moderation.items import ItemRow
from app.votes.credit_commands import count_credit

UNCOUNTED = (Source, ReviewMark)


async def show_change(db: AsyncSession, item: ItemRow, step: int = 0) -> None:
    """Count an item that becomes listed (+1) or ceases to be (-1), and let readers see the change.

    Withdrawn items are counted out already; sources and marks count in nothing. Call it before anybody is told: all
    writers lock the rows that count ahead of the rows of people.
    """
    if step and not isinstance(item, UNCOUNTED) and item.withdrawn_at is None:
        if isinstance(item, Argument):
            await count_argument(db, item, step)
        elif isinstance(item, Credit):
            await count_credit(db, item, step)
        else:
            await count_annotation(db, item, step)
    touch_debate(db, item.debate_id)


async def show_changes(db: AsyncSession, steps: Sequence[tuple[ItemRow, int]]) -> None:
    """As `show_change` each, in a fixed number of statements."""
    counted = [(item, step) for item, step in steps if not isinstance(item, UNCOUNTED) and item.withdrawn_at is None]
    for sign in (1, -1):
        if items := [item for item, step in counted if step == sign]:
            await count_many(db, items, sign)
    for debate_id in {item.debate_id for item, _ in steps}:
        touch_debate(db, debate_id)

"""Who learns what became of a case: whoever flagged it, and of marks without what would name their author."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Flag, ReviewMark


class MarkPlace(NamedTuple):
    """Where a mark that somebody reported stands. The decision is not named: its page says whom it is about."""

    debate_id: int
    argument_id: int


class Reporter(NamedTuple):
    case_id: int
    id: int
    mark: MarkPlace | None  # What they reported; None where they flagged what the case is about.


async def find_told(db: AsyncSession, case_ids: Collection[int]) -> list[Reporter]:
    """Those whose flags led to decisions on these cases, of each case each person once."""
    is_its = and_(ReviewMark.debate_id == Flag.mark_debate_id, ReviewMark.id == Flag.mark_id)
    columns: tuple[Any, ...] = (Flag.case_id, Flag.reporter_id, ReviewMark.debate_id, ReviewMark.argument_id)
    statement = select(*columns).outerjoin(ReviewMark, is_its).where(Flag.case_id.in_(case_ids))
    statement = statement.where(Flag.withdrawn_at.is_(None), Flag.reporter_id.is_not(None))
    statement = statement.order_by(Flag.mark_id.desc().nulls_last(), Flag.id)
    found: dict[tuple[int, int], Reporter] = {}  # Flags of the thing itself come last, and stay.
    for case_id, reporter_id, *place in await db.execute(statement):
        mark = MarkPlace(*place) if place[0] is not None else None
        found[case_id, reporter_id] = Reporter(case_id, reporter_id, mark)
    return list(found.values())

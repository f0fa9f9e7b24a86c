"""When an argument was conceded, and when that was taken back."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.db import Reader
from app.models import Argument, Concession
from app.models.argument import ATTACKS, LISTED

CONCESSIONS_SHOWN = 20  # The newest; who changes their mind more often has made the point.


class ConcessionLine(NamedTuple):
    conceded_at: datetime
    taken_back_at: datetime | None


async def load_concessions(db: Reader, debate_id: int, argument_id: int) -> list[ConcessionLine]:
    statement = (
        select(Concession.conceded_at, Concession.taken_back_at)
        .where(Concession.debate_id == debate_id, Concession.argument_id == argument_id)
        .order_by(Concession.id.desc())
        .limit(CONCESSIONS_SHOWN)
    )
    return [ConcessionLine._make(row) for row in await db.execute(statement)]


async def find_answerers(db: Reader, debate_id: int, argument_id: int) -> list[int]:
    """Who wrote the listed rebuttals and undercuts of an argument."""
    is_answer = (Argument.parent_id == argument_id, Argument.relation.in_(ATTACKS), LISTED)
    statement = select(Argument.author_id).where(Argument.debate_id == debate_id, *is_answer).distinct()
    return [id for id in (await db.execute(statement)).scalars() if id is not None]

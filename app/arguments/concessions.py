"""When an argument was conceded, and when that was taken back."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.db import Reader
from app.models import Concession

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

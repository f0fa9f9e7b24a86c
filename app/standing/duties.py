"""What a worker does for where debates stand."""

from app.jobs import Duties, Work
from app.standing.settling import settle_due


async def settle_strengths(work: Work) -> None:
    await settle_due(work.engine)


DUTIES = Duties(watches=(settle_strengths,))

"""Names that people give themselves: they stand beside every text, so that watched words of the site count in them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.prevention.reporting import report_found
from app.prevention.screening import Blocked, Screened, screen_edit


async def screen_names(db: AsyncSession, names: Sequence[str]) -> Screened:
    """Refuses what is blocked. A name cannot wait: what would wait is reported, as what flags is."""
    return await screen_edit(db, None, names)


def say_blocked(blocked: Blocked) -> str:
    return f"The moderators of this site do not let a name stand that has this in it: “{blocked.words}”."


async def report_name(db: AsyncSession, person_id: int, screened: Screened) -> None:
    """In the case of the person, whose row is locked or new."""
    await report_found(db, {"person_id": person_id}, screened)

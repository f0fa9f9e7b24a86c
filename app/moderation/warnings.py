"""Whoever is warned confirms that they have read it."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision


async def acknowledge_warning(db: AsyncSession, decision_id: int) -> None:
    """The first time counts: a form sent again changes nothing."""
    unread = (Decision.id == decision_id, Decision.acknowledged_at.is_(None))
    await db.execute(update(Decision).where(*unread).values(acknowledged_at=func.now()))

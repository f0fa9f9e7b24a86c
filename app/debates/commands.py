"""What hosts switch in a debate."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.models import Debate


async def set_hides_results(db: AsyncSession, debate_id: int, hides_results: bool) -> None:
    await db.execute(update(Debate).where(Debate.id == debate_id).values(hides_results=hides_results))
    touch_debate(db, debate_id)

"""What counts a listed annotation: its debate."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Debate


async def count_annotation(db: AsyncSession, debate_id: int, step: int) -> None:
    """Count an annotation that becomes listed (+1) or ceases to be (-1). Lock its own row first."""
    counted = {Debate.annotation_count: Debate.annotation_count + step}
    statement = update(Debate).where(Debate.id == debate_id).values(counted)
    await db.execute(statement.execution_options(synchronize_session=False))

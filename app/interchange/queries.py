"""What loading and exporting read."""

from sqlalchemy import select

from app.db import Reader
from app.models import Debate


async def has_debate(db: Reader, slug: str) -> bool:
    return await db.scalar(select(Debate.id).where(Debate.slug == slug)) is not None

"""Votes on a wording that comes back: who gave one said of these words what they say now."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Vote


async def renew_votes(db: AsyncSession, argument: Argument, version: int) -> None:
    """Of a locked argument whose newest version says what that one said: its votes are on the newest, the others stay
    from before the edit."""
    of_argument = (Vote.debate_id == argument.debate_id, Vote.argument_id == argument.id)
    await db.execute(update(Vote).where(*of_argument, Vote.version == version).values(version=argument.version))
    earlier = select(func.count()).where(*of_argument, Vote.is_counted, Vote.version < argument.version)
    argument.earlier_vote_count = (await db.execute(earlier)).scalar_one()
    await db.flush()

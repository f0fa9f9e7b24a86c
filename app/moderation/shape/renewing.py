"""Votes on a wording that comes back: who gave one said of these words what they say now."""

from datetime import datetime

from sqlalchemy import func, select, union, update
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


async def find_those_who_acted(db: AsyncSession, argument: Argument, since: datetime) -> set[int]:
    """Who has voted on the present wording of an argument, or answered it since then."""
    of_debate = {"debate_id": argument.debate_id}
    voted = select(Vote.user_id).filter_by(**of_debate, argument_id=argument.id, version=argument.version)
    answered = select(Argument.author_id).filter_by(**of_debate, parent_id=argument.id)
    answered = answered.where(Argument.created_at > since, Argument.author_id.is_not(None))
    return set((await db.execute(union(voted, answered))).scalars())

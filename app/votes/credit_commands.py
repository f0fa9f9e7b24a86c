"""Give an argument the credit that it changed one's mind, word it anew, take it back."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.models import Argument, Credit, NotificationKind
from app.notifications.commands import notify
from app.targets import VotableArgument
from app.votes.commands import Ballot


async def give_credit(db: AsyncSession, ballot: Ballot, argument: VotableArgument, reason: str) -> None:
    """Once per person and argument, whose row must be locked; given again, it says the new reason.

    The author is told of the first one: who takes it back and gives it again does not ring twice.
    """
    credit = await _find(db, ballot)
    is_new = credit is None
    if credit is None:
        place = {"debate_id": ballot.debate_id, "user_id": ballot.user_id, "argument_id": ballot.argument_id}
        credit = Credit(**place, reason=reason)
        db.add(credit)
    if is_new or credit.withdrawn_at is not None:
        await _count(db, ballot, +1)
    credit.reason = reason
    credit.withdrawn_at = None
    await db.flush()
    touch_debate(db, ballot.debate_id)
    if is_new and argument.author_id is not None:
        await notify(
            db,
            user_id=argument.author_id,
            kind=NotificationKind.CREDIT,
            actor_id=ballot.user_id,
            debate_id=ballot.debate_id,
            argument_id=ballot.argument_id,
        )


async def withdraw_credit(db: AsyncSession, ballot: Ballot) -> None:
    """Nothing happens where there is none."""
    credit = await _find(db, ballot)
    if credit is None or credit.withdrawn_at is not None:
        return
    credit.withdrawn_at = datetime.now(UTC)
    await db.flush()
    await _count(db, ballot, -1)
    touch_debate(db, ballot.debate_id)


async def _find(db: AsyncSession, ballot: Ballot) -> Credit | None:
    return await db.get(Credit, (ballot.debate_id, ballot.user_id, ballot.argument_id), populate_existing=True)


async def _count(db: AsyncSession, ballot: Ballot, step: int) -> None:
    place = (Argument.debate_id == ballot.debate_id, Argument.id == ballot.argument_id)
    await db.execute(update(Argument).where(*place).values(credit_count=Argument.credit_count + step))

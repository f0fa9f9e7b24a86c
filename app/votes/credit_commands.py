"""Give an argument the credit that it changed one's mind, word it anew, take it back."""

from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate
from app.models import Argument, Credit, CreditRevision, NotificationKind
from app.notifications.commands import notify
from app.prevention.edit_requests import give_up_if_asked, tell_moderators_of_edit
from app.targets import VotableArgument
from app.votes.commands import Ballot


async def give_credit(db: AsyncSession, ballot: Ballot, argument: VotableArgument, reason: str) -> Credit:
    """Once per person and argument, whose row must be locked; given again, it says the new reason.

    The author is told of the first one: who takes it back and gives it again does not ring twice.
    """
    credit = await find_own_credit(db, ballot)
    if credit is None:
        credit = await _give_first(db, ballot, argument, reason)
    else:
        await _give_again(db, ballot, credit, reason)
    touch_debate(db, ballot.debate_id)
    return credit


async def _give_first(db: AsyncSession, ballot: Ballot, argument: VotableArgument, reason: str) -> Credit:
    place = {"debate_id": ballot.debate_id, "user_id": ballot.user_id, "argument_id": ballot.argument_id}
    credit = Credit(**place, reason=reason)
    db.add(credit)
    await db.flush()
    await _keep_wording(db, credit, 1)
    await count_credit(db, credit, +1)
    if argument.author_id is not None:
        await notify(
            db,
            user_id=argument.author_id,
            kind=NotificationKind.CREDIT,
            actor_id=ballot.user_id,
            debate_id=ballot.debate_id,
            argument_id=ballot.argument_id,
        )
    return credit


async def _give_again(db: AsyncSession, ballot: Ballot, credit: Credit, reason: str) -> None:
    """What is said in the same words makes no entry in the history."""
    if credit.reason != reason:
        credit.reason, credit.edited_at = reason, datetime.now(UTC)
        await _keep_wording(db, credit, await _newest_number(db, credit) + 1)
        await tell_moderators_of_edit(db, credit)
    if credit.withdrawn_at is not None:
        credit.withdrawn_at = None
        if credit.hidden_by_id is None:
            await count_credit(db, credit, +1)
    await db.flush()


async def withdraw_credit(db: AsyncSession, ballot: Ballot) -> None:
    """Nothing happens where there is none. What moderators have hidden is not counted already."""
    credit = await find_own_credit(db, ballot)
    if credit is None or credit.withdrawn_at is not None:
        return
    credit.withdrawn_at = datetime.now(UTC)
    await db.flush()
    if credit.hidden_by_id is None:
        await count_credit(db, credit, -1)
    touch_debate(db, ballot.debate_id)
    await give_up_if_asked(db, credit)


async def find_own_credit(db: AsyncSession, ballot: Ballot) -> Credit | None:
    """Also one that was taken back."""
    place = {"debate_id": ballot.debate_id, "user_id": ballot.user_id, "argument_id": ballot.argument_id}
    found = select(Credit).filter_by(**place).execution_options(populate_existing=True)
    return (await db.execute(found)).scalar_one_or_none()


async def count_credit(db: AsyncSession, credit: Credit, step: int) -> None:
    """Count a credit that becomes listed (+1) or ceases to be (-1), on its argument, whose row must be locked."""
    place = (Argument.debate_id == credit.debate_id, Argument.id == credit.argument_id)
    counted = update(Argument).where(*place).values(credit_count=Argument.credit_count + step)
    await db.execute(counted.execution_options(synchronize_session=False))


async def _newest_number(db: AsyncSession, credit: Credit) -> int:
    newest = select(func.max(CreditRevision.number)).filter_by(debate_id=credit.debate_id, credit_id=credit.id)
    return (await db.execute(newest)).scalar_one()


async def _keep_wording(db: AsyncSession, credit: Credit, number: int) -> None:
    place = {"debate_id": credit.debate_id, "credit_id": credit.id, "number": number}
    db.add(CreditRevision(**place, reason=credit.reason, editor_id=credit.user_id))
    await db.flush()

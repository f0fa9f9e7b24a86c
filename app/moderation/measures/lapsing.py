"""Proposals that nobody confirms expire, and who made them is told."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import transaction
from app.jobs import Duties, Work
from app.models import NotificationKind, Proposal
from app.notifications.commands import notify

MOST_AT_ONCE = 100  # Each tells somebody; the next turn has the others.


async def expire_proposals(db: AsyncSession) -> None:
    """Close those that were not confirmed in time; `closed_at` after `expires_at` tells them from those turned down."""
    due = select(Proposal.id).where(Proposal.closed_at.is_(None), Proposal.expires_at < func.now())
    due = due.order_by(Proposal.id).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    closed = update(Proposal).where(Proposal.id.in_(due)).values(closed_at=func.now())
    columns = (Proposal.proposer_id, Proposal.id, Proposal.debate_id)
    rows = (await db.execute(closed.returning(*columns).execution_options(synchronize_session=False))).all()
    kind = NotificationKind.PROPOSAL_EXPIRED
    for proposer_id, id, debate_id in sorted((row[0], row[1], row[2]) for row in rows if row[0] is not None):
        await notify(db, user_id=proposer_id, kind=kind, actor_id=None, debate_id=debate_id, proposal_id=id)


async def look_after_proposals(work: Work) -> None:
    async with transaction(work.engine) as db:
        await expire_proposals(db)


PROPOSAL_DUTIES = Duties(timetable={"look_after_proposals": (look_after_proposals, "12 * * * *")})

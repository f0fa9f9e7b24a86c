"""Invitations that nobody answers expire, and are forgotten some time after they were closed."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import transaction
from app.jobs import NETWORK_KEPT, Duties, Work
from app.models import ModeratorInvitation, NotificationKind
from app.notifications.commands import notify

INVITATION_OPEN = timedelta(days=14)  # Time for a holiday; a host who waits longer wants to ask somebody else.
INVITATION_KEPT = NETWORK_KEPT  # After it was closed: who invited whom is a hint as networks are, and as short-lived.
MOST_AT_ONCE = 100  # Each tells somebody; the next turn has the others.

_IS_OPEN = ModeratorInvitation.closed_at.is_(None)


def is_in_time() -> ColumnElement[bool]:
    """Whether an invitation can be answered."""
    return _IS_OPEN & (ModeratorInvitation.created_at > func.now() - INVITATION_OPEN)


async def expire_invitations(db: AsyncSession) -> None:
    """Close those that were not answered in time, and tell who sent them."""
    due = select(ModeratorInvitation.id).where(_IS_OPEN, ~is_in_time()).order_by(ModeratorInvitation.id)
    due = due.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)
    columns = (ModeratorInvitation.invited_by_id, ModeratorInvitation.debate_id, ModeratorInvitation.user_id)
    closed = update(ModeratorInvitation).where(ModeratorInvitation.id.in_(due)).values(closed_at=func.now())
    rows = (await db.execute(closed.returning(*columns).execution_options(synchronize_session=False))).all()
    kind = NotificationKind.INVITATION_EXPIRED
    for host_id, debate_id, user_id in sorted((row[0], row[1], row[2]) for row in rows if row[0] is not None):
        await notify(db, user_id=host_id, kind=kind, actor_id=user_id, debate_id=debate_id)


# News of an invitation says who invited whom as well.
_FORGET_NEWS = text("""
    WITH gone AS (
        DELETE FROM notifications WHERE kind = ANY(:kinds) AND created_at < now() - CAST(:kept AS interval)
        RETURNING user_id, read_at
    ), unread AS (
        SELECT user_id, count(*) AS count FROM gone WHERE read_at IS NULL GROUP BY user_id
    )
    UPDATE users SET unread_count = unread_count - unread.count FROM unread WHERE users.id = unread.user_id
""")
_NEWS = [kind.value for kind in NotificationKind if kind.startswith("invitation")]


async def forget_invitations(db: AsyncSession) -> None:
    long_ago = func.now() - INVITATION_KEPT
    await db.execute(delete(ModeratorInvitation).where(ModeratorInvitation.closed_at < long_ago))
    await db.execute(_FORGET_NEWS, {"kinds": _NEWS, "kept": INVITATION_KEPT})


async def look_after_invitations(work: Work) -> None:
    async with transaction(work.engine) as db:
        await expire_invitations(db)
        await forget_invitations(db)


TEAM_DUTIES = Duties(timetable={"look_after_invitations": (look_after_invitations, "37 * * * *")})

"""Tell people what concerns them."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Notification, NotificationKind, User


async def notify(
    db: AsyncSession,
    *,
    user_id: int,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int | None = None,
    argument_id: int | None = None,
    decision_id: int | None = None,
) -> None:
    """Leave a notification, with the act that it reports. Call it last: the person's row is locked until the commit."""
    db.add(
        Notification(
            user_id=user_id,
            kind=kind,
            actor_id=actor_id,
            debate_id=debate_id,
            argument_id=argument_id,
            decision_id=decision_id,
        )
    )
    await db.execute(update(User).where(User.id == user_id).values(unread_count=User.unread_count + 1))

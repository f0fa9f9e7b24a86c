"""The author of an argument finds fair how a reply says it back, or no longer."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import touch_debate
from app.models import Argument, NotificationKind
from app.notifications.commands import notify


async def accept_steelman(db: AsyncSession, actor: Actor, reply: Argument) -> None:
    """Once, on a locked reply; who wrote it is told."""
    if reply.steelman_accepted_at is not None:
        return
    reply.steelman_accepted_at, reply.steelman_accepted_by_id = datetime.now(UTC), actor.id
    touch_debate(db, reply.debate_id)
    if reply.author_id is not None:
        about = {"debate_id": reply.debate_id, "argument_id": reply.id}
        await notify(db, user_id=reply.author_id, kind=NotificationKind.STEELMAN, actor_id=actor.id, **about)


async def withdraw_acceptance(db: AsyncSession, reply: Argument) -> None:
    """Nothing happens where there is none."""
    if reply.steelman_accepted_at is not None:
        reply.steelman_accepted_at = reply.steelman_accepted_by_id = None
        touch_debate(db, reply.debate_id)
        await db.flush()

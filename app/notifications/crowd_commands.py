"""Telling many people the same at once."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Notification, NotificationKind
from app.notifications.listeners import find_place, lock_listeners, tell_listeners


async def notify_crowd(
    db: AsyncSession,
    people: Collection[int],
    *,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int,
    argument_id: int,
) -> None:
    """Tell thousands as `notify` tells one, in as many statements. The argument must be locked, so that nobody is told
    twice at once; it may not be hidden.

    Whoever has not read the last such notice about this argument has nothing new to be told.
    """
    about = {"debate_id": debate_id, "argument_id": argument_id}
    unread = select(Notification.user_id).filter_by(kind=kind, read_at=None, **about)
    told = set(people) - {actor_id} - set((await db.execute(unread)).scalars())
    if told:
        listeners = await lock_listeners(db, told, await find_place(db, debate_id, argument_id))
        await tell_listeners(db, listeners, kind, {**about, "actor_id": actor_id})

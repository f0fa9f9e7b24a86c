"""Telling many people the same at once."""

from collections.abc import Collection

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Notification, NotificationKind
from app.notifications.listeners import find_place, lock_listeners, tell_listeners

_TAKE_BACK = text("""
    WITH gone AS (
        DELETE FROM notifications WHERE debate_id = :debate AND argument_id = :argument AND decision_id = :decision
          AND kind = :kind AND read_at IS NULL AND mail_id IS NULL AND user_id = ANY(CAST(:people AS bigint[]))
        RETURNING user_id
    ), uncounted AS (
        UPDATE users SET unread_count = unread_count - 1 FROM gone WHERE users.id = gone.user_id
    )
    SELECT user_id FROM gone
""")


async def notify_crowd(
    db: AsyncSession,
    people: Collection[int],
    *,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int,
    argument_id: int,
    decision_id: int | None = None,
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
        await tell_listeners(db, listeners, kind, {**about, "actor_id": actor_id, "decision_id": decision_id})


async def take_back_news(
    db: AsyncSession, *, kind: NotificationKind, debate_id: int, argument_id: int, decision_id: int,
    kept_by: Collection[int],
) -> set[int]:  # fmt: skip
    """What a decision made news that nobody has read yet, neither here nor in a letter, is none once it is undone. It
    stays with those who have acted on it; the others are named, as they need not be told of the undoing."""
    about = {"debate_id": debate_id, "argument_id": argument_id}
    told = select(Notification.user_id).filter_by(kind=kind, read_at=None, decision_id=decision_id, **about)
    people = sorted(set((await db.execute(told)).scalars()) - set(kept_by))
    if not people:
        return set()
    await lock_listeners(db, people, await find_place(db, debate_id, argument_id))
    which = {"debate": debate_id, "argument": argument_id, "decision": decision_id, "kind": kind, "people": people}
    return set((await db.execute(_TAKE_BACK, which)).scalars())

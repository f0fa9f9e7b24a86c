"""Telling people, and their noting it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Notification, NotificationKind, User
from app.notifications.listeners import Place, find_place, lock_listeners, tell_listeners


async def notify(
    db: AsyncSession,
    *,
    user_id: int,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int | None = None,
    argument_id: int | None = None,
    annotation_id: int | None = None,
    decision_id: int | None = None,
    proposal_id: int | None = None,
    thread_id: int | None = None,
) -> None:
    """Tell somebody in the same transaction as the act: on the page, in the header's count, and by mail if wanted.

    Nobody is told of an own act, nor of what they have muted. Call it last, and for several people in the order of
    their ids: the person's row is locked until the commit. A reply names itself as `argument_id` or `annotation_id`;
    decisions and outcomes of flags name the decision, and the argument that it was about. Who knows the thread of the
    argument says so, which spares looking it up.
    """
    if user_id == actor_id:
        return
    about = {"debate_id": debate_id, "argument_id": argument_id, "annotation_id": annotation_id}
    about |= {"decision_id": decision_id, "proposal_id": proposal_id}
    place = Place(debate_id, thread_id) if thread_id else await find_place(db, debate_id, argument_id)
    listeners = await lock_listeners(db, [user_id], place)
    await tell_listeners(db, listeners, kind, {**about, "actor_id": actor_id})


async def notify_all(
    db: AsyncSession,
    user_ids: Iterable[int],
    *,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int | None,
    proposal_id: int | None = None,
) -> None:
    """Tell several people the same, as `notify` tells one, in as many statements as for one."""
    told = set(user_ids) - {actor_id}
    if told:
        listeners = await lock_listeners(db, told, await find_place(db, debate_id, None))
        about = {"actor_id": actor_id, "debate_id": debate_id, "proposal_id": proposal_id}
        await tell_listeners(db, listeners, kind, about)


async def mark_read(db: AsyncSession, user_id: int, notification_id: int) -> None:
    """One of the person's own; nothing happens where it is read already."""
    await _mark_read(db, user_id, Notification.id == notification_id)


async def mark_all_read(db: AsyncSession, user_id: int, up_to: int) -> None:
    """Those that the person has seen: what came in meanwhile stays unread."""
    await _mark_read(db, user_id, Notification.id <= up_to)


async def _mark_read(db: AsyncSession, user_id: int, which: ColumnElement[bool]) -> None:
    unread = (Notification.user_id == user_id, which, Notification.read_at.is_(None))
    read = await db.execute(update(Notification).where(*unread).values(read_at=func.now()).returning(Notification.id))
    count = len(read.all())
    await db.execute(update(User).where(User.id == user_id).values(unread_count=User.unread_count - count))

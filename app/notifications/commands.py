"""Telling people, and their noting it."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.outbox import write_mail
from app.models import Notification, NotificationKind, User
from app.notifications.queries import find_notice
from app.notifications.words import make_letter


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
) -> None:
    """Tell somebody in the same transaction as the act: on the page, in the header's count, and by mail if wanted.

    Nobody is told of an own act. Call it last, and for several people in the order of their ids: the person's row is
    locked until the commit. A reply names itself as `argument_id` or `annotation_id`; decisions and outcomes of flags
    name the decision, and the argument that it was about.
    """
    if user_id == actor_id:
        return
    about = {"debate_id": debate_id, "argument_id": argument_id, "annotation_id": annotation_id}
    row = Notification(user_id=user_id, kind=kind, actor_id=actor_id, decision_id=decision_id, **about)
    db.add(row)
    await db.flush()
    raise_count = update(User).where(User.id == user_id).values(unread_count=User.unread_count + 1)
    person = (await db.execute(raise_count.returning(User.email, User.wants_mail))).one()
    if person.email and person.wants_mail:
        await write_mail(db, person.email, *make_letter(await find_notice(db, row.id)))


async def notify_all(
    db: AsyncSession, user_ids: Iterable[int], *, kind: NotificationKind, actor_id: int | None, debate_id: int
) -> None:
    """Tell several people the same, as `notify` tells one, in as many statements as there are letters to write."""
    told = sorted(set(user_ids) - {actor_id})
    if not told:
        return
    await db.execute(select(User.id).where(User.id.in_(told)).order_by(User.id).with_for_update(key_share=True))
    about = {"kind": kind, "actor_id": actor_id, "debate_id": debate_id}
    made = insert(Notification).values([{"user_id": user_id, **about} for user_id in told])
    rows = await db.execute(made.returning(Notification.user_id, Notification.id))
    notices = {user_id: notice_id for user_id, notice_id in rows}  # noqa: C416  (rows are no pairs to mypy)
    raise_count = update(User).where(User.id.in_(told)).values(unread_count=User.unread_count + 1)
    people = await db.execute(
        raise_count.returning(User.id, User.email, User.wants_mail).execution_options(synchronize_session=False)
    )
    for person in people.all():
        if person.email and person.wants_mail:
            await write_mail(db, person.email, *make_letter(await find_notice(db, notices[person.id])))


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

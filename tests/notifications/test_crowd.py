"""Telling thousands the same at once."""

from datetime import UTC, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Notification, NotificationKind, User
from app.notifications.crowd_commands import notify_crowd
from tests.notifications.test_notifications import make_reply

CROWD = 5_000


async def _people(db: AsyncSession, count: int, **values: object) -> list[int]:
    rows = [
        {"username": f"reader-{number}", "display_name": "Reader", "password_hash": "", **values}
        for number in range(count)
    ]
    return list((await db.execute(insert(User).returning(User.id), rows)).scalars())


async def _tell(db: AsyncSession, people: list[int], reply: Argument) -> None:
    about = {"debate_id": reply.debate_id, "argument_id": reply.id}
    await notify_crowd(db, people, kind=NotificationKind.EDIT, actor_id=reply.author_id, **about)


async def test_five_thousand_are_told_at_once(db: AsyncSession) -> None:
    _, reply = await make_reply(db)
    people = await _people(db, CROWD)
    await _tell(db, people, reply)
    assert await db.scalar(select(func.count()).select_from(Notification)) == CROWD
    assert await db.scalar(select(func.sum(User.unread_count))) == CROWD


async def test_nobody_has_two_unread_notices_of_one_argument(db: AsyncSession) -> None:
    _, reply = await make_reply(db)
    people = await _people(db, 3)
    for _ in range(2):
        await _tell(db, people, reply)
    assert await db.scalar(select(func.count()).select_from(Notification)) == 3


async def test_mail_waits_for_those_who_want_it_and_its_author_is_not_told(db: AsyncSession) -> None:
    author, reply = await make_reply(db)
    author.email, author.email_verified_at = "ada@example.org", datetime.now(UTC)
    await db.flush()
    await _tell(db, [author.id, *await _people(db, 2, email=None), reply.author_id or 0], reply)
    rows = await db.execute(select(Notification.user_id, Notification.mail_due_at.is_not(None)))
    due: dict[int, bool] = {row.user_id: row[1] for row in rows}
    assert due.pop(author.id)
    assert list(due.values()) == [False, False]
    assert reply.author_id not in due

"""Telling thousands the same at once."""

from time import perf_counter

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Mail, Notification, NotificationKind, User
from app.notifications.crowd_commands import notify_crowd
from tests.notifications.test_notifications import make_reply

CROWD = 5_000
LONGEST_SECONDS = 3  # On a busy machine; alone it takes a few tenths of one.


async def _people(db: AsyncSession, count: int, **values: object) -> list[int]:
    rows = [
        {"username": f"reader-{number}", "display_name": "Reader", "password_hash": "", **values}
        for number in range(count)
    ]
    return list((await db.execute(insert(User).returning(User.id), rows)).scalars())


async def _tell(db: AsyncSession, people: list[int], reply: Argument) -> None:
    about = {"debate_id": reply.debate_id, "argument_id": reply.id}
    await notify_crowd(db, people, kind=NotificationKind.EDIT, actor_id=reply.author_id, **about)


async def test_five_thousand_are_told_within_the_transaction(db: AsyncSession) -> None:
    _, reply = await make_reply(db)
    people = await _people(db, CROWD)
    begun = perf_counter()
    await _tell(db, people, reply)
    assert perf_counter() - begun < LONGEST_SECONDS
    assert await db.scalar(select(func.count()).select_from(Notification)) == CROWD
    assert await db.scalar(select(func.sum(User.unread_count))) == CROWD


async def test_nobody_has_two_unread_notices_of_one_argument(db: AsyncSession) -> None:
    _, reply = await make_reply(db)
    people = await _people(db, 3)
    for _ in range(2):
        await _tell(db, people, reply)
    assert await db.scalar(select(func.count()).select_from(Notification)) == 3


async def test_mail_goes_to_those_who_want_it_and_its_author_is_not_told(db: AsyncSession) -> None:
    author, reply = await make_reply(db, claim="The mill is old, and so is the town.")
    author.email, author.wants_mail = "ada@example.org", True
    await db.flush()
    people = [author.id, *await _people(db, 2, email=None), reply.author_id or 0]
    await _tell(db, people, reply)
    mails = list((await db.scalars(select(Mail))).all())
    assert [mail.recipient for mail in mails] == ["ada@example.org"]
    assert "See what changed" in mails[0].body
    assert reply.claim in mails[0].body
    told = (await db.scalars(select(Notification.user_id))).all()
    assert reply.author_id not in told

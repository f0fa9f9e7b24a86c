"""Whom something reaches: the settings that count for each person, and the rows that tell them."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Executable, and_, any_, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.outbox import wake
from app.models import Argument, Interest, MailRhythm, Notification, NotificationKind, User
from app.notifications.in_force import InForce
from app.notifications.kinds import NEWS
from app.notifications.rhythm import due_at

WRITE_LETTERS = "write_letters"  # The task's name in the queue.
HAS_ADDRESS = and_(User.email.is_not(None), User.email_verified_at.is_not(None))


_RAISE_COUNT = (
    update(User)
    .where(User.id == any_(bindparam("people", type_=ARRAY(BigInteger))))
    .values(unread_count=User.unread_count + 1)
    .execution_options(synchronize_session=False)
)


class Listener(NamedTuple):
    """A person, and what counts for them at one place: the thread's setting, else the debate's, else the account's."""

    user_id: int
    has_address: bool  # A confirmed one: nobody else gets mail.
    rhythm: MailRhythm
    interest: Interest
    last_letter_at: datetime | None


class Place(NamedTuple):
    debate_id: int | None
    thread_id: int | None = None


async def find_place(db: AsyncSession, debate_id: int | None, argument_id: int | None) -> Place:
    if debate_id is None or argument_id is None:
        return Place(debate_id)
    thread = func.coalesce(Argument.root_id, Argument.id)
    found = select(thread).where(Argument.debate_id == debate_id, Argument.id == argument_id)
    return Place(debate_id, (await db.execute(found)).scalar_one_or_none())


async def lock_listeners(db: AsyncSession, user_ids: Iterable[int], place: Place) -> list[Listener]:
    """In the order of their ids, locked until the commit, since their counts of unread follow."""
    asked = {"debate": place.debate_id, "thread": place.thread_id, "people": list(user_ids)}
    rows = await db.execute(_select_listeners(), asked)
    return [Listener(row[0], row[1], MailRhythm(row[2]), Interest(row[3]), row[4]) for row in rows]


@cache  # Putting it together takes longer than running it.
def _select_listeners() -> Executable:
    in_force = InForce(bindparam("debate", type_=BigInteger), bindparam("thread", type_=BigInteger))
    people = select(User.id, HAS_ADDRESS, in_force.rhythm, in_force.interest, User.told_by_mail_at)
    is_asked = User.id == any_(bindparam("people", type_=ARRAY(BigInteger)))
    return in_force.joined(people).where(is_asked).order_by(User.id).with_for_update(of=User, key_share=True)


async def tell_listeners(
    db: AsyncSession, listeners: Collection[Listener], kind: NotificationKind, about: dict[str, int | None]
) -> None:
    """A row for each who has not muted the place, in the count of the page's header, and waiting for mail if wanted."""
    told = [each for each in listeners if each.interest != Interest.NOTHING or not NEWS[kind].can_be_muted]
    if not told:
        return
    now = datetime.now(UTC)
    due = {each.user_id: find_due(each, now) for each in told}
    rows = [{"user_id": user_id, "kind": kind, "mail_due_at": at, **about} for user_id, at in due.items()]
    await db.execute(insert(Notification), rows)
    await db.execute(_RAISE_COUNT, {"people": list(due)})
    if any(at is not None and at <= now for at in due.values()):
        await wake(db, WRITE_LETTERS)


def find_due(listener: Listener, now: datetime) -> datetime | None:
    return due_at(listener.rhythm, now, listener.last_letter_at) if listener.has_address else None

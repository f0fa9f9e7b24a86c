"""Letters from what waits for mail: one for all that is due to a person, by a job."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import transaction
from app.jobs import Work
from app.mail.outbox import SITE_NAME, write_letter
from app.models import Argument, Interest, MailRhythm, Notification, User
from app.notifications.in_force import InForce
from app.notifications.kinds import NEWS
from app.notifications.listeners import HAS_ADDRESS
from app.notifications.rhythm import due_at

LOOKED_AT = 100  # People who are due, of whom the first that no other worker has in hand is taken.
BEGINNINGS = {  # Of the subject.
    MailRhythm.IMMEDIATE: "",
    MailRhythm.DAILY: f"Your day at {SITE_NAME}: ",
    MailRhythm.WEEKLY: f"Your week at {SITE_NAME}: ",
}


class Waiting(NamedTuple):
    id: int
    rhythm: MailRhythm
    due_at: datetime | None  # By the settings as they are now.


async def write_due_letters(work: Work) -> None:
    while await _write_next(work.engine):
        pass


async def _write_next(engine: AsyncEngine) -> bool:
    """One person's letter with all that it gathers, or nothing of it: so each notification goes into one letter."""
    async with transaction(engine) as db:
        now = datetime.now(UTC)
        person = await _lock_next(db, now)
        if person is None:
            return False
        waiting = await _find_waiting(db, person)
        due = [each for each in waiting if each.due_at is not None and each.due_at <= now]
        if due:
            await _write(db, person.id, due, now)
        for each in waiting:
            if each not in due:
                await db.execute(_of([each]).values(mail_due_at=each.due_at))
        return True


async def _lock_next(db: AsyncSession, now: datetime) -> Row[int, bool, datetime | None] | None:
    due = select(Notification.user_id).where(Notification.mail_due_at <= now)
    first = due.order_by(Notification.mail_due_at).limit(LOOKED_AT)
    people = select(User.id, HAS_ADDRESS.label("has_address"), User.told_by_mail_at).where(User.id.in_(first))
    return (await db.execute(people.limit(1).with_for_update(skip_locked=True, key_share=True))).one_or_none()


async def _find_waiting(db: AsyncSession, person: Row[int, bool, datetime | None]) -> list[Waiting]:
    in_force = InForce(Notification.debate_id, func.coalesce(Argument.root_id, Argument.id))
    is_about = (Argument.debate_id == Notification.debate_id) & (Argument.id == Notification.argument_id)
    rows = select(Notification.id, Notification.kind, Notification.created_at, in_force.rhythm, in_force.interest)
    joined = in_force.joined(rows.join(User, User.id == Notification.user_id).outerjoin(Argument, is_about))
    own = joined.where(Notification.user_id == person.id, Notification.mail_due_at.is_not(None))
    waiting = []
    for id_, kind, told_at, chosen, interest in await db.execute(own):
        is_muted = interest == Interest.NOTHING and NEWS[kind].can_be_muted
        rhythm = MailRhythm.NEVER if is_muted or not person.has_address else MailRhythm(chosen)
        waiting.append(Waiting(id_, rhythm, due_at(rhythm, told_at, person.told_by_mail_at)))
    return waiting


async def _write(db: AsyncSession, user_id: int, due: list[Waiting], now: datetime) -> None:
    rhythms = {each.rhythm for each in due}
    rhythm = next(rhythm for rhythm in BEGINNINGS if rhythm in rhythms)
    mail_id = await write_letter(db, user_id, BEGINNINGS[rhythm])
    await db.execute(_of(due).values(mail_due_at=None, mail_id=mail_id))
    if rhythm == MailRhythm.IMMEDIATE:
        await db.execute(update(User).where(User.id == user_id).values(told_by_mail_at=now))


def _of(waiting: list[Waiting]) -> Any:
    chosen = update(Notification).where(Notification.id.in_([each.id for each in waiting]))
    return chosen.execution_options(synchronize_session=False)

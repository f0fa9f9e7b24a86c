"""Telling many people of many things at once, in a fixed number of statements."""

from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.outbox import wake
from app.models import Interest, Notification, NotificationKind
from app.notifications.kinds import NEWS
from app.notifications.listeners import WRITE_LETTERS, Listener, Place, find_due, lock_listeners


class Told(NamedTuple):
    """What one person is told: a decision, and the argument that it was about."""

    user_id: int
    kind: NotificationKind
    debate_id: int | None
    argument_id: int | None
    decision_id: int | None


_RAISE_COUNTS = text("""
    UPDATE users SET unread_count = unread_count + told.n
    FROM unnest(CAST(:ids AS bigint[]), CAST(:counts AS bigint[])) AS told (id, n)
    WHERE users.id = told.id
""")


async def notify_many(db: AsyncSession, actor_id: int | None, told: list[Told]) -> None:
    """As `notify` tells one. Settings of a debate count where all is about one, else the account's."""
    debates = {each.debate_id for each in told}
    place = Place(debates.pop() if len(debates) == 1 else None)
    people = {each.user_id for each in told if each.user_id != actor_id}
    if not people:
        return
    listeners = {each.user_id: each for each in await lock_listeners(db, people, place)}
    told = [each for each in told if each.user_id in listeners and _reaches(listeners[each.user_id], each.kind)]
    if not told:
        return
    now = datetime.now(UTC)
    due = {user_id: find_due(listener, now) for user_id, listener in listeners.items()}
    await db.execute(
        insert(Notification),
        [{**each._asdict(), "actor_id": actor_id, "mail_due_at": due[each.user_id]} for each in told],
    )
    counts = Counter(each.user_id for each in told)
    ids = sorted(counts)
    await db.execute(_RAISE_COUNTS, {"ids": ids, "counts": [counts[id] for id in ids]})
    if any(at is not None and at <= now for at in due.values()):
        await wake(db, WRITE_LETTERS)


def _reaches(listener: Listener, kind: NotificationKind) -> bool:
    return listener.interest != Interest.NOTHING or not NEWS[kind].can_be_muted

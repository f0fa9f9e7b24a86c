"""Telling many people the same at once."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.mail.outbox import write_mails
from app.models import NotificationKind
from app.notifications.queries import find_notice
from app.notifications.words import make_letter

# Whoever has not read the last such notice about this argument has nothing new to be told. People's rows are locked in
# the order of their ids, as whoever tells somebody locks them.
_TELL = text("""
WITH told AS (
    SELECT id FROM users
    WHERE id = ANY(CAST(:people AS bigint[])) AND NOT EXISTS (
        SELECT FROM notifications
        WHERE user_id = users.id AND kind = :kind AND debate_id = :debate AND argument_id = :argument
          AND read_at IS NULL
    )
    ORDER BY id FOR NO KEY UPDATE
), made AS (
    INSERT INTO notifications (user_id, kind, actor_id, debate_id, argument_id)
    SELECT id, :kind, :actor, :debate, :argument FROM told RETURNING id, user_id
), raised AS (
    UPDATE users SET unread_count = unread_count + 1 FROM made
    WHERE users.id = made.user_id RETURNING made.id, email, wants_mail
)
SELECT id, email FROM raised WHERE wants_mail AND email <> ''
""")


async def notify_crowd(
    db: AsyncSession,
    people: Collection[int],
    *,
    kind: NotificationKind,
    actor_id: int | None,
    debate_id: int,
    argument_id: int,
) -> None:
    """Tell thousands as `notify` tells one, in one statement and one for their mails. The argument must be locked, so
    that nobody is told twice at once; it may not be hidden."""
    about = {"kind": kind.value, "actor": actor_id, "debate": debate_id, "argument": argument_id}
    told = (await db.execute(_TELL, {**about, "people": sorted(set(people) - {actor_id})})).all()
    if told:
        letter = make_letter(await find_notice(db, told[0].id))  # The same for all.
        await write_mails(db, [person.email for person in told], *letter)

"""Forget by a timetable what nobody needs any more: what browsers called themselves, tokens that work no longer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import IDLE_MEMBER, IDLE_STAFF
from app.db import transaction
from app.jobs import Duties, Work
from app.mail.folder import delete_files, list_numbers
from app.models import Mail

TOKEN_KEPT = timedelta(days=30)  # After its end, for the question “which program was that?”.

# A session that was left alone for so long opens nothing any more; with it goes the only user agent that is kept.
_IDLE_SESSIONS = text("""
    DELETE FROM sessions USING users WHERE users.id = sessions.user_id
    AND last_seen_at < :now - CASE WHEN users.role = 'member' THEN CAST(:member AS interval)
                                   ELSE CAST(:staff AS interval) END
""")
_ENDED_TOKENS = text("DELETE FROM access_tokens WHERE least(revoked_at, expires_at) < :now - CAST(:kept AS interval)")


async def forget(db: AsyncSession, now: datetime) -> None:
    await db.execute(_IDLE_SESSIONS, {"now": now, "member": IDLE_MEMBER, "staff": IDLE_STAFF})
    await db.execute(_ENDED_TOKENS, {"now": now, "kept": TOKEN_KEPT})


async def forget_mail_files(db: AsyncSession, data: Path) -> None:
    """Messages that were written as files, where there is no mail server, go with their rows: some days after they
    were sent, and within the hour when whom they name is erased."""
    if numbers := await list_numbers(data):
        kept = await db.scalars(select(Mail.id).where(Mail.id.in_(numbers)))
        await delete_files(data, set(numbers) - set(kept))


async def forget_by_timetable(work: Work) -> None:
    async with transaction(work.engine) as db:
        await forget(db, datetime.now(UTC))
        await forget_mail_files(db, work.settings.data)


FORGETTING_DUTIES = Duties(timetable={"forget_ended": (forget_by_timetable, "27 * * * *")})

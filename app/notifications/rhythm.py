"""When what somebody is told leaves by mail. Pure."""

from datetime import datetime, timedelta

from app.models import MailRhythm

# A busy thread is one letter an hour, not fifty: the first reply leaves at once, since somebody may be waiting for it;
# what follows within the hour goes together.
GATHERING = timedelta(hours=1)
DIGEST_HOUR = 7  # UTC, of daily and weekly letters: before work in Europe, and one hour for all needs no setting.
DIGEST_DAY = 0  # Monday, of weekly letters.


def due_at(rhythm: MailRhythm, told_at: datetime, last_letter_at: datetime | None) -> datetime | None:
    """When something told at this time (in UTC) is due by mail, after the last immediate letter; never: None."""
    match rhythm:
        case MailRhythm.NEVER:
            return None
        case MailRhythm.IMMEDIATE:
            return told_at if last_letter_at is None else max(told_at, last_letter_at + GATHERING)
        case MailRhythm.DAILY | MailRhythm.WEEKLY:
            due = told_at.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
            if due <= told_at:
                due += timedelta(days=1)
            days = (DIGEST_DAY - due.weekday()) % 7 if rhythm == MailRhythm.WEEKLY else 0
            return due + timedelta(days=days)

"""When what somebody is told is due by mail."""

from datetime import UTC, datetime, timedelta

import pytest

from app.models import MailRhythm
from app.notifications.rhythm import GATHERING, due_at

SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "told_at", "due"),
    [
        (MailRhythm.IMMEDIATE, SATURDAY, SATURDAY),
        (MailRhythm.DAILY, SATURDAY, datetime(2026, 11, 29, 7, tzinfo=UTC)),
        (MailRhythm.DAILY, datetime(2026, 11, 28, 6, 59, tzinfo=UTC), datetime(2026, 11, 28, 7, tzinfo=UTC)),
        (MailRhythm.DAILY, datetime(2026, 11, 28, 7, tzinfo=UTC), datetime(2026, 11, 29, 7, tzinfo=UTC)),
        (MailRhythm.WEEKLY, SATURDAY, datetime(2026, 11, 30, 7, tzinfo=UTC)),
        (MailRhythm.WEEKLY, datetime(2026, 11, 30, 8, tzinfo=UTC), datetime(2026, 12, 7, 7, tzinfo=UTC)),
        (MailRhythm.WEEKLY, datetime(2026, 11, 30, 6, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)),
        (MailRhythm.NEVER, SATURDAY, None),
    ],
)
def test_each_rhythm_has_its_time(rhythm: MailRhythm, told_at: datetime, due: datetime | None) -> None:
    assert due_at(rhythm, told_at, None) == due


def test_what_follows_a_letter_within_the_hour_waits_for_its_end() -> None:
    for minutes in (0, 1, 59):
        told_at = SATURDAY + timedelta(minutes=minutes)
        assert due_at(MailRhythm.IMMEDIATE, told_at, SATURDAY) == SATURDAY + GATHERING
    later = SATURDAY + timedelta(minutes=61)
    assert due_at(MailRhythm.IMMEDIATE, later, SATURDAY) == later

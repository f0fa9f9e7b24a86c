"""Until when one can appeal, in Python and in SQL."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import DateTime, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions_to_appeal import are_appeals_over, last_of_appeals


@pytest.mark.parametrize(
    ("made_at", "last_day"),
    [
        ("2026-05-29T00:00:00+00:00", "2026-11-29"),
        ("2026-05-29T23:59:59+00:00", "2026-11-29"),
        ("2026-08-31T12:00:00+00:00", "2027-02-28"),
        ("2027-08-31T12:00:00+00:00", "2028-02-29"),
        ("2026-12-31T12:00:00+00:00", "2027-06-30"),
        ("2026-05-30T01:00:00+02:00", "2026-11-29"),  # Still the 29th in UTC.
    ],
)
def test_appeals_are_open_to_the_end_of_the_day_six_months_later(made_at: str, last_day: str) -> None:
    last = last_of_appeals(datetime.fromisoformat(made_at))
    assert (f"{last:%Y-%m-%d}", f"{last:%H:%M:%S}", last.tzinfo) == (last_day, "23:59:59", UTC)


async def test_sql_ends_appeals_on_the_same_days(db: AsyncSession) -> None:
    """On each day on which something could be made whose appeals end about now, at its first and its last moment."""
    end = func.date_trunc("day", func.timezone("UTC", func.now()))
    day = func.generate_series(literal(170), literal(200)).column_valued("day")
    morning = func.timezone("UTC", end - func.make_interval(0, 0, 0, day))
    for made_at in (morning, cast(morning + func.make_interval(0, 0, 0, 0, 23, 59, 59), DateTime(timezone=True))):
        rows = (await db.execute(select(made_at, are_appeals_over(made_at), func.now()))).all()
        assert len(rows) == 31
        for made, is_over, now in rows:
            assert is_over == (now > last_of_appeals(made)), made

"""How long somebody has been kept out lately: what one moderator may add to it, and what needs two.

Everything counts for as long as it was in force, by whomever and also where it was undone: else whoever ends a
suspension and begins another one, or waits for its end, would decide alone what two should.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select

from app.db import Reader
from app.errors import Conflict
from app.models import Decision, Sanction, SanctionKind

MOST_ALONE = timedelta(days=30)  # What one moderator can decide; more comes near to shutting somebody out.
LOOKED_BACK = timedelta(days=60)  # Twice that: who was kept out half of the time is not kept out longer by one alone.

Span = tuple[datetime, datetime]


class NeedsSecond(Conflict):
    """One moderator alone does not decide this: it can be proposed."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """When somebody was or is suspended within the last 60 days, in one debate or on the whole site."""

    spans: tuple[Span, ...]
    now: datetime

    @property
    def so_far(self) -> timedelta:
        return _add_up((start, min(end, self.now)) for start, end in self.spans)

    @property
    def left(self) -> timedelta:
        """What one moderator can add."""
        return max(MOST_ALONE - self.so_far, timedelta())

    def needs_two(self, time: timedelta) -> bool:
        """Whether somebody is kept out too long for one to decide, with this time from now on."""
        return _add_up([*self.spans, (self.now, self.now + time)]) > MOST_ALONE

    def needs_two_for(self, hours: str) -> bool:
        """As a form sends it."""
        return self.needs_two(timedelta(hours=int(hours)))

    @property
    def reason(self) -> str:
        """Why a second moderator is needed, and for how much."""
        if not self.so_far:
            return "A second moderator has to confirm what keeps somebody out for longer than 30 days in sum."
        more = f"more than {_in_words(self.left)}" if self.left >= timedelta(hours=1) else "any further suspension"
        return (
            "A second moderator has to confirm what keeps somebody out for longer than 30 days in sum. This person was "
            f"suspended for {_in_words(self.so_far)} of the last 60 days, undone or not, so {more} needs two."
        )


async def find_kept_out(db: Reader, person_id: int, debate_id: int | None) -> KeptOut:
    """In this debate, and on the whole site, which is wider."""
    now = datetime.now(UTC)
    ended = func.least(Sanction.until, Sanction.lifted_at)
    spans = (
        select(Decision.made_at, ended)
        .join(Decision, Decision.id == Sanction.decision_id)
        .where(
            Sanction.user_id == person_id, Sanction.kind == SanctionKind.SUSPEND, ended > now - LOOKED_BACK,
            or_(Sanction.debate_id.is_(None), Sanction.debate_id == debate_id),
        )
    )  # fmt: skip
    found = await db.execute(spans)
    return KeptOut(tuple((max(start, now - LOOKED_BACK), end) for start, end in found), now)


async def refuse_alone(db: Reader, person_id: int, debate_id: int | None, hours: int) -> None:
    """With the person's row locked, as all decisions about them lock it first."""
    kept_out = await find_kept_out(db, person_id, debate_id)
    if kept_out.needs_two(timedelta(hours=hours)):
        raise NeedsSecond(kept_out.reason)


def _add_up(spans: Iterable[Span]) -> timedelta:
    """What overlaps counts once."""
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for start, end in sorted(spans):
        if end > reached:
            total += max(end - max(start, reached), timedelta())
            reached = max(end, reached)
    return total


def _in_words(time: timedelta) -> str:
    if time >= timedelta(days=1):
        return "1 day" if time.days == 1 else f"{time.days} days"
    hours = time // timedelta(hours=1)
    return "less than an hour" if not hours else "1 hour" if hours == 1 else f"{hours} hours"

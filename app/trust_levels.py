"""How far a person is trusted, from how long they have been here and what of theirs stands. Pure.

The steps follow those of forums that let trust grow by itself: time first, since it cannot be hurried, then what
others let stand and find worth an answer, and against it what moderators had to take back.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum
from typing import NamedTuple


class TrustLevel(IntEnum):
    NEW = 0
    BASIC = 1
    MEMBER = 2
    REGULAR = 3


class TrustRecord(NamedTuple):
    """What a person has done here, as far as it makes a difference; see MOST_COUNTED."""

    standing: int = 0  # Texts of theirs that neither moderators hid nor they withdrew.
    answers: int = 0  # Replies by others that stand.
    setbacks: int = 0  # Decisions against them within SETBACKS_COUNT_FOR that were not undone.


class Threshold(NamedTuple):
    """From what on a level is reached; of setbacks, up to how many."""

    age: timedelta
    standing: int
    answers: int
    setbacks: int


SETBACKS_COUNT_FOR = timedelta(days=60)  # After two quiet months a mistake is no sign of the next one.

THRESHOLDS = {
    # A day gives moderators the time to see the first text; most abuse comes from accounts of the same hour.
    TrustLevel.BASIC: Threshold(timedelta(days=1), 1, 0, 2),
    # Two weeks and five texts cannot be had in one sitting; an answer means that somebody took one of them seriously.
    TrustLevel.MEMBER: Threshold(timedelta(days=15), 5, 1, 1),
    # Two months without a setback are as long as setbacks count.
    TrustLevel.REGULAR: Threshold(timedelta(days=60), 20, 5, 0),
}
MOST_COUNTED = max(threshold.standing for threshold in THRESHOLDS.values())  # More make no difference.

NAMES = {
    TrustLevel.NEW: "new",
    TrustLevel.BASIC: "basic",
    TrustLevel.MEMBER: "member",
    TrustLevel.REGULAR: "regular",
}


def find_trust_level(age: timedelta, standing: int, answers: int = MOST_COUNTED, setbacks: int = 0) -> TrustLevel:
    """The highest level of which all thresholds are reached."""
    record = TrustRecord(standing, answers, setbacks)
    reached = [level for level, threshold in THRESHOLDS.items() if not any(_lacks(age, record, threshold))]
    return max(reached, default=TrustLevel.NEW)


def say_what_is_missing(age: timedelta, record: TrustRecord) -> tuple[str, ...]:
    """What the next level needs of this person, in words for them; nothing at the highest one."""
    level = find_trust_level(age, *record)
    threshold = THRESHOLDS.get(TrustLevel(level + 1)) if level < max(TrustLevel) else None
    return tuple(_lacks(age, record, threshold)) if threshold else ()


def _lacks(age: timedelta, record: TrustRecord, threshold: Threshold) -> Iterator[str]:
    if age < threshold.age:
        days = -(-(threshold.age - age) // timedelta(days=1))
        yield f"{_many(days, 'more day')} here"
    if record.standing < threshold.standing:
        more = threshold.standing - record.standing
        yield f"{_many(more, 'more argument or annotation that stands', 'more arguments or annotations that stand')}"
    if record.answers < threshold.answers:
        yield f"{_many(threshold.answers - record.answers, 'more reply', 'more replies')} by others to what you wrote"
    if record.setbacks > threshold.setbacks:
        yield f"{_many(SETBACKS_COUNT_FOR.days, 'day')} without a decision of moderators against what you wrote"


def _many(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"

"""How far a person is trusted, from how long they have been here and what of theirs stands. Pure.

The steps follow those of forums that let trust grow by itself: time first, since it cannot be hurried, then what
others let stand.
"""

from datetime import timedelta
from enum import IntEnum


class TrustLevel(IntEnum):
    NEW = 0
    BASIC = 1
    MEMBER = 2
    REGULAR = 3


# From which age and number of standing texts on; a text that moderators hid, or its author withdrew, is not one.
THRESHOLDS = {
    TrustLevel.BASIC: (timedelta(days=1), 1),
    TrustLevel.MEMBER: (timedelta(days=15), 5),
    TrustLevel.REGULAR: (timedelta(days=60), 20),
}
MOST_COUNTED = max(standing for _, standing in THRESHOLDS.values())  # More make no difference.


def find_trust_level(age: timedelta, standing: int) -> TrustLevel:
    """The highest level of which both thresholds are reached. `standing`: how many texts of theirs stand."""
    reached = [level for level, (least_age, least) in THRESHOLDS.items() if age >= least_age and standing >= least]
    return max(reached, default=TrustLevel.NEW)

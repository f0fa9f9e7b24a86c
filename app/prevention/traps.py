"""Light traps for programs, on the first posts of new members. What falls in is not refused: it waits."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

QUICKEST_POST = timedelta(seconds=3)  # From the form to its post. Nobody reads a form and writes an argument faster.
TIMED_VERSION = 7


def is_too_quick(idempotency_key: str, now: datetime | None = None) -> bool:
    """Whether a form came back faster than anybody types. When it was shown is in the key that it carries.

    A key without a time is by a program that makes its own, which access tokens allow; it says nothing.
    """
    shown_at = time_of_key(idempotency_key)
    return shown_at is not None and (now or datetime.now(UTC)) - shown_at < QUICKEST_POST


def time_of_key(key: str) -> datetime | None:
    try:
        parsed = UUID(key)
    except ValueError:
        return None
    if parsed.version != TIMED_VERSION or parsed.variant != RFC_4122:
        return None
    return datetime.fromtimestamp((parsed.int >> 80) / 1000, UTC)

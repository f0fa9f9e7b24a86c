"""When a form was shown is in its key."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.forms import blank_form
from app.prevention.traps import is_too_quick, time_of_key


def test_a_forms_key_says_when_it_was_shown_and_is_like_no_other():
    keys = {blank_form().value("idempotency_key") for _ in range(100)}
    assert len(keys) == 100
    assert {(UUID(key).version, UUID(key).variant) for key in keys} == {(7, "specified in RFC 4122")}
    shown_at = time_of_key(keys.pop())
    assert shown_at is not None
    assert timedelta(0) <= datetime.now(UTC) - shown_at < timedelta(seconds=5)


@pytest.mark.parametrize(("seconds", "quick"), [(0, True), (2.9, True), (3.1, False), (3600, False)])
def test_three_seconds_are_the_quickest(seconds, quick):
    key = blank_form().value("idempotency_key")
    shown_at = time_of_key(key)
    assert shown_at is not None
    assert is_too_quick(key, shown_at + timedelta(seconds=seconds)) is quick


@pytest.mark.parametrize("key", ["7f1c0a52-3b4d-4c8e-9a61-5d2e8f90b7c3", "a-key-of-a-program", ""])
def test_a_key_without_a_time_says_nothing(key):
    assert not is_too_quick(key)

"""How far a person is trusted: both time and standing texts are needed."""

from datetime import timedelta

import pytest

from app.trust_levels import TrustLevel, TrustRecord, find_trust_level, say_what_is_missing


@pytest.mark.parametrize(
    ("days", "standing", "level"),
    [
        (0, 0, TrustLevel.NEW),
        (0, 100, TrustLevel.NEW),
        (400, 0, TrustLevel.NEW),
        (1, 1, TrustLevel.BASIC),
        (15, 4, TrustLevel.BASIC),
        (14, 5, TrustLevel.BASIC),
        (15, 5, TrustLevel.MEMBER),
        (60, 20, TrustLevel.REGULAR),
    ],
)
def test_level_needs_age_and_standing_texts(days, standing, level):
    assert find_trust_level(timedelta(days=days), standing) == level


@pytest.mark.parametrize(
    ("answers", "setbacks", "level"),
    [(1, 0, TrustLevel.MEMBER), (0, 0, TrustLevel.BASIC), (5, 2, TrustLevel.BASIC), (5, 3, TrustLevel.NEW)],
)
def test_level_needs_answers_and_few_setbacks(answers, setbacks, level):
    assert find_trust_level(timedelta(days=40), 20, answers, setbacks) == level


def test_what_is_missing_is_said_for_the_next_level_alone():
    assert say_what_is_missing(timedelta(hours=1), TrustRecord()) == (
        "1 more day here",
        "1 more argument or annotation that stands",
    )
    assert say_what_is_missing(timedelta(days=400), TrustRecord(20, 5, 0)) == ()

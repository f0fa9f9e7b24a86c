"""How far a person is trusted: both time and standing texts are needed."""

from datetime import timedelta

import pytest

from app.accounts.trust_levels import TrustLevel, find_trust_level


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
def test_level_needs_age_and_standing_texts(days: int, standing: int, level: TrustLevel) -> None:
    assert find_trust_level(timedelta(days=days), standing) == level

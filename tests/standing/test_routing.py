from collections import Counter
from random import Random

import pytest

from app.standing.routing import Candidate, draw_order, priority


@pytest.mark.parametrize(
    ("agree", "passes", "seen", "extremity", "expected"),
    [(0, 0, 0, 0, 5.0625), (1, 0, 1, 0, 12.5297263), (18, 3, 20, 1, 4.4936992)],
)
def test_check_values(agree: int, passes: int, seen: int, extremity: float, expected: float) -> None:
    candidate = Candidate(1, agree, seen - agree - passes, passes, extremity)
    assert priority(candidate) == pytest.approx(expected, abs=1e-6)


def test_claims_are_drawn_in_proportion_to_their_priority() -> None:
    new, old = Candidate(1), Candidate(2, agree=5, disagree=5)
    random = Random(1)
    first = Counter(draw_order([new, old], random)[0].id for _ in range(4000))
    assert first[1] / 4000 == pytest.approx(priority(new) / (priority(new) + priority(old)), abs=0.03)


def test_each_claim_comes_once_and_no_more_than_asked() -> None:
    candidates = [Candidate(id) for id in range(10)]
    assert sorted(each.id for each in draw_order(candidates, Random(1))) == list(range(10))
    assert len(draw_order(candidates, Random(1), 3)) == 3
    assert draw_order([], Random(1)) == []

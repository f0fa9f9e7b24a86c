import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.opinion_groups import find_opinion_groups
from app.standing.stability import Stability, adjusted_rand, measure_stability
from tests.standing.crowds import make_crowd

partitions = st.integers(2, 25).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2))


def test_camps_are_reliable_and_chance_is_not() -> None:
    camps, chance = make_crowd(300, 60, 30).table(), make_crowd(300, 60, 30, camps=1).table()
    certain = measure_stability(camps, find_opinion_groups(camps))
    assert len(certain.agreement) == 20
    assert certain.score > 0.9
    assert certain.is_reliable
    doubtful = measure_stability(chance, find_opinion_groups(chance))
    assert doubtful.score < 0.5
    assert not doubtful.is_reliable


def test_nothing_is_reliable_without_groups() -> None:
    assert Stability(()).score == 0
    assert not Stability(()).is_reliable


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 1, 2, 2], [5, 5, 3, 3], 1.0),
        ([0, 0, 1, 1], [0, 0, 1, 2], 4 / 7),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
        ([1, 1, 1], [1, 1, 1], 1.0),
        ([1, 1, 1], [1, 2, 3], 0.0),
        ([], [], 1.0),
    ],
)
def test_adjusted_rand_index(one: list[int], other: list[int], expected: float) -> None:
    assert adjusted_rand(np.array(one, int), np.array(other, int)) == pytest.approx(expected)


@settings(deadline=None)
@given(partitions)
def test_adjusted_rand_index_counts_pairs(both: tuple[list[int], list[int]]) -> None:
    one, other = (np.array(each) for each in both)
    first, second = (np.triu(np.equal.outer(each, each), 1) for each in (one, other))
    pairs, apart, alike = len(one) * (len(one) - 1) / 2, first.sum(), second.sum()
    expected, widest = apart * alike / pairs, (apart + alike) / 2
    found = adjusted_rand(one, other)
    assert found == adjusted_rand(other, one)
    assert found == pytest.approx(
        1 if widest == expected else ((first & second).sum() - expected) / (widest - expected)
    )

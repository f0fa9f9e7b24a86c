from math import atanh, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.cruxes import NO_STANCE, UNDECIDED, find_cruxes
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import dense, small_tables


def one_statement(signs: list[int]) -> VoteTable:
    return make_vote_table(range(len(signs)), [0] * len(signs), signs, len(signs), 1)


def test_the_claim_that_tells_positions_apart_comes_first() -> None:
    stances = np.arange(40) % 2
    random = np.random.default_rng(1)
    telling, half, chance = (
        1 - 2 * stances,
        np.where(np.arange(40) < 20, 1 - 2 * stances, 1),
        random.choice([-1, 1], 40),
    )
    votes = make_vote_table(
        list(range(40)) * 3, np.repeat([2, 0, 1], 40), np.concatenate([telling, half, chance]), 40, 3
    )
    found = find_cruxes(votes, stances, 2)
    assert [(crux.statement, crux.position, crux.people) for crux in found[:2]] == [(2, 0, 40), (0, 0, 40)]
    assert [crux.is_clear for crux in found] == [True, True, False]


def test_the_formula_by_hand() -> None:
    (crux,) = find_cruxes(one_statement([1, 1, 1, 1, -1, 0, -1, -1, -1, 1, 1, -1]), np.array([0] * 6 + [1] * 6), 2)
    r = np.corrcoef([1, 1, 1, 1, -1, 0, -1, -1, -1, 1, 1, -1], [1] * 6 + [0] * 6)[0, 1]
    assert crux.correlation == pytest.approx(r)
    assert crux.shrunk == pytest.approx(tanh(atanh(r) * 9 / 19))
    z = atanh(crux.shrunk)
    assert crux.interval == pytest.approx((tanh(z - 1.96 / sqrt(19)), tanh(z + 1.96 / sqrt(19))), abs=1e-5)


def test_a_perfect_correlation_of_few_people_is_shrunk() -> None:
    (crux,) = find_cruxes(one_statement([1] * 5 + [-1] * 5), np.array([0] * 5 + [1] * 5), 2)
    assert crux.correlation == pytest.approx(1)
    assert 0.4 < crux.shrunk < 0.7


def test_undecided_people_count_and_people_without_a_stance_do_not() -> None:
    stances = np.array([0] * 8 + [UNDECIDED] * 8 + [NO_STANCE] * 8)
    (crux,) = find_cruxes(one_statement([1] * 8 + [-1] * 16), stances, 2)
    assert (crux.position, crux.people) == (0, 16)
    assert crux.correlation == pytest.approx(1)


def test_a_position_that_is_told_by_disagreement() -> None:
    stances = np.array([0] * 6 + [1] * 6 + [2] * 12)
    (crux,) = find_cruxes(one_statement([1] * 12 + [-1] * 12), stances, 3)
    assert (crux.position, crux.correlation) == (2, pytest.approx(-1))


def test_few_people_and_what_does_not_vary_are_left_out() -> None:
    assert find_cruxes(one_statement([1] * 5 + [-1] * 4), np.array([0] * 5 + [1] * 4), 2) == []
    assert find_cruxes(one_statement([1] * 12), np.array([0] * 5 + [1] * 7), 2) == []
    assert find_cruxes(one_statement([1, -1] * 12), np.zeros(24, int), 2) == []
    assert find_cruxes(make_vote_table([], [], [], 0, 0), np.array([], int), 0) == []


@pytest.mark.parametrize("stances", [[0], [2, 0], [-3, 0]])
def test_wrong_stances_are_refused(stances: list[int]) -> None:
    with pytest.raises(ValueError, match="needs a stance"):
        find_cruxes(one_statement([1, 1]), np.array(stances), 2)


@settings(deadline=None)
@given(small_tables(), st.data())
def test_correlations_are_those_of_the_filled_matrix(votes: VoteTable, data: st.DataObject) -> None:
    people = st.lists(st.integers(-2, 2), min_size=votes.people, max_size=votes.people)
    stances, matrix = np.array(data.draw(people), int), dense(votes)
    for crux in find_cruxes(votes, stances, 3):
        column = matrix[:, crux.statement]
        counted = ~np.isnan(column) & (stances != NO_STANCE)
        assert crux.people == counted.sum()
        expected = np.corrcoef(column[counted], stances[counted] == crux.position)[0, 1]
        assert crux.correlation == pytest.approx(expected, abs=1e-9)
        assert -1 < crux.interval[0] < crux.shrunk < crux.interval[1] < 1

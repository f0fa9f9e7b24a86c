from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.representative import (
    GroupVotes,
    consensus,
    count_by_group,
    group_aware_consensus,
    one_proportion_z,
    representative_statements,
    two_proportion_z,
)
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import dense, small_tables


@pytest.mark.parametrize(("votes", "seen", "z"), [(3, 4, 1.3416408), (10, 10, 3.3166248), (40, 100, -1.8905707)])
def test_one_proportion_check_values(votes: int, seen: int, z: float) -> None:
    assert one_proportion_z(votes, seen) == pytest.approx(z, abs=1e-7)


@pytest.mark.parametrize(
    ("votes", "rest_votes", "seen", "rest_seen", "z"),
    [(8, 10, 10, 40, 3.3287034), (0, 5, 10, 20, -1.2660839), (0, 0, 0, 0, 0), (9, 9, 9, 9, 0)],
)
def test_two_proportion_check_values(votes: int, rest_votes: int, seen: int, rest_seen: int, z: float) -> None:
    assert two_proportion_z(votes, rest_votes, seen, rest_seen) == pytest.approx(z, abs=1e-7)


def counts(agree: list[list[int]], disagree: list[list[int]], seen: list[list[int]]) -> GroupVotes:
    return GroupVotes(tuple(range(1, len(agree) + 1)), *(np.array(each, np.int64) for each in (agree, disagree, seen)))


def test_a_statement_speaks_for_the_group_that_leans_to_it_more_than_the_rest() -> None:
    counted = counts([[18, 10], [3, 10]], [[1, 2], [15, 2]], [[20, 14], [20, 14]])
    chosen = representative_statements(counted)
    assert [(each.statement, each.sign) for each in chosen[1]] == [(0, 1)]
    assert [(each.statement, each.sign) for each in chosen[2]] == [(0, -1)]
    (first,) = chosen[1]
    assert (first.votes, first.seen, first.rest_votes, first.rest_seen) == (18, 20, 3, 20)
    assert (first.share, first.rest_share) == (19 / 22, 4 / 22)
    assert first.ratio == pytest.approx(19 / 4)
    assert first.z == pytest.approx(2 * sqrt(21) * (19 / 21 - 0.5))
    assert first.rank == pytest.approx(19 / 4 * first.contrast_z * 19 / 22 * first.z)


def test_the_direction_is_that_of_the_group_however_the_rest_votes() -> None:
    """Of one group 255 agree and 13 disagree, though of the rest hardly anybody disagrees."""
    counted = counts([[255], [990]], [[13], [1]], [[300], [1000]])
    assert representative_statements(counted)[1] == ()


def test_agreed_statements_come_first_and_five_are_enough() -> None:
    agree, disagree = [20] * 4 + [0] * 4, [0] * 4 + [21] * 4
    counted = counts([agree, disagree], [disagree, agree], [[22] * 8] * 2)
    chosen = representative_statements(counted)[1]
    assert [(each.statement, each.sign) for each in chosen] == [(0, 1), (4, -1), (5, -1), (6, -1), (7, -1)]


def test_consensus_of_groups_needs_every_group() -> None:
    counted = counts([[100, 10, 0], [0, 9, 0]], [[0, 0, 5], [10, 1, 5]], [[100, 10, 5], [10, 10, 5]])
    assert group_aware_consensus(counted) == pytest.approx([101 / 102 / 12, 11 / 12 * 10 / 12, 1 / 49])
    assert group_aware_consensus(counted, -1)[2] == pytest.approx(36 / 49)


def test_consensus_over_all() -> None:
    signs = [[1] * 10, [1] * 8 + [-1] * 2, [-1] * 9 + [0], [1] * 5 + [-1] * 5]
    votes = make_vote_table(list(range(10)) * 4, np.repeat(range(4), 10), np.concatenate(signs), 10, 5)
    assert [(each.statement, each.votes, each.seen) for each in consensus(votes)] == [(0, 10, 10), (1, 8, 10)]
    assert [(each.statement, each.sign) for each in consensus(votes, -1)] == [(2, -1)]
    assert consensus(votes)[0].share == 11 / 12
    assert consensus(votes)[0].z == pytest.approx(3.3166248)


@settings(deadline=None)
@given(small_tables(), st.randoms(use_true_random=False))
def test_counts_are_those_of_the_filled_matrix_and_nothing_is_nan(votes: VoteTable, random: object) -> None:
    groups = np.array([random.choice([0, 1, 2, 4]) for _ in range(votes.people)], np.int8)  # type: ignore[attr-defined]
    counted, matrix = count_by_group(votes, groups, (4, 1)), dense(votes)
    for row, number in enumerate((4, 1)):
        of_group = matrix[groups == number]
        assert counted.agree[row].tolist() == (of_group == 1).sum(axis=0).tolist()
        assert counted.disagree[row].tolist() == (of_group == -1).sum(axis=0).tolist()
        assert counted.seen[row].tolist() == (~np.isnan(of_group)).sum(axis=0).tolist()
    assert np.isfinite(group_aware_consensus(counted)).all()
    for statements in representative_statements(counted).values():
        assert all(np.isfinite(each.rank) and each.votes * 2 > each.seen for each in statements)

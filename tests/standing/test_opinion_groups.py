from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from app.standing.opinion_groups import (
    MATHEMATICS_VERSION,
    GroupCount,
    OpinionGroups,
    Previous,
    find_opinion_groups,
    settle_count,
    who_is_grouped,
)
from app.standing.stability import adjusted_rand, measure_stability
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import make_crowd, small_tables


def output(found: OpinionGroups) -> list[object]:
    arrays = (found.groups, found.centers, found.map.places, found.map.extremity)
    return [*(each.tobytes() for each in arrays), found.numbers, found.sizes, found.silhouettes, found.count]


@pytest.mark.parametrize(("people", "camps"), [(40, 2), (150, 2), (150, 3), (900, 2), (900, 3)])
def test_camps_are_found_as_many_as_there_are(people: int, camps: int) -> None:
    crowd = make_crowd(people, 60, 30, camps, seed=3)
    found = find_opinion_groups(crowd.table())
    assert found.numbers == tuple(range(1, camps + 1))
    assert list(found.sizes) == sorted(found.sizes, reverse=True)
    assert adjusted_rand(found.groups, crowd.camp) > 0.9
    assert found.mathematics_version == MATHEMATICS_VERSION


@pytest.mark.parametrize("people", [60, 900])
def test_the_order_of_votes_does_not_matter_and_neither_does_a_second_run(people: int) -> None:
    votes = make_crowd(people, 60, 20).table()
    first = find_opinion_groups(votes)
    assert output(find_opinion_groups(votes)) == output(first)
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(votes.sign))
        again = make_vote_table(votes.person[order], votes.statement[order], votes.sign[order], people, 60)
        assert output(find_opinion_groups(again)) == output(first)
        assert measure_stability(again, first, 3) == measure_stability(votes, first, 3)


def test_votes_that_come_twice_change_nothing() -> None:
    votes = make_crowd(60, 40, 12).table()
    twice = [np.concatenate([values, values]) for values in (votes.person, votes.statement, votes.sign)]
    assert output(find_opinion_groups(make_vote_table(*twice, 60, 40))) == output(find_opinion_groups(votes))


@pytest.mark.parametrize("people", [150, 900])
def test_other_numbers_for_people_give_the_same_groups(people: int) -> None:
    votes = make_crowd(people, 60, 20).table()
    number = np.random.default_rng(9).permutation(people)
    again = find_opinion_groups(make_vote_table(number[votes.person], votes.statement, votes.sign, people, 60))
    assert adjusted_rand(again.groups[number], find_opinion_groups(votes).groups) == 1


@settings(max_examples=40, deadline=None)
@given(small_tables())
def test_any_votes_give_groups_of_the_least_size_without_nan(votes: VoteTable) -> None:
    found = find_opinion_groups(votes)
    assert np.isfinite(found.centers).all()
    assert all(np.isfinite(silhouette) for silhouette in found.silhouettes.values())
    assert not found.has_groups or min(found.sizes) >= 3
    assert sum(found.sizes) == (found.groups > 0).sum() == len(who_is_grouped(votes))
    assert 0 <= measure_stability(votes, found, 2).score + 1 <= 2


def test_no_votes_no_groups() -> None:
    for people, statements in product((0, 5), (0, 5)):
        found = find_opinion_groups(make_vote_table([], [], [], people, statements))
        assert (found.has_groups, found.sizes) == (False, (0,))
        assert not measure_stability(make_vote_table([], [], [], people, statements), found).is_reliable


def test_one_voter_and_one_opinion_are_one_group() -> None:
    one = make_vote_table([0] * 9, range(9), [1] * 9, 1, 9)
    same = make_vote_table(np.repeat(range(50), 9), list(range(9)) * 50, [1] * 450, 50, 9)
    for votes in (one, same):
        found = find_opinion_groups(votes)
        assert (found.numbers, found.count) == ((1,), GroupCount(1, 1))


def test_nobody_is_a_group_alone() -> None:
    """One person far out, who votes against everybody else on everything."""
    crowd = make_crowd(60, 40, 30, camps=2)
    person = np.append(crowd.person, np.full(40, 60))
    sign = np.append(crowd.sign, np.where(np.bincount(crowd.statement, crowd.sign, 40) > 0, -1, 1))
    found = find_opinion_groups(make_vote_table(person, np.append(crowd.statement, range(40)), sign, 61, 40))
    assert found.has_groups
    assert min(found.sizes) >= 3


def test_few_votes_put_nobody_in_a_group() -> None:
    crowd = make_crowd(40, 30, 12)
    person = np.append(crowd.person, [40] * 6)
    statement, sign = np.append(crowd.statement, range(6)), np.append(crowd.sign, [1] * 6)
    votes = make_vote_table(person, statement, sign, 42, 30)
    assert find_opinion_groups(votes).groups[40:].tolist() == [0, 0]
    assert find_opinion_groups(votes).map.places[40].any()


def test_where_few_are_active_the_most_active_are_grouped() -> None:
    person = np.repeat(range(20), [1, 2, 3, 4, 5] * 4)
    statement = np.concatenate([range(count) for count in [1, 2, 3, 4, 5] * 4])
    votes = make_vote_table(person, statement, np.ones(len(person), np.int64), 20, 30)
    assert who_is_grouped(votes).tolist() == sorted([4, 9, 14, 19, 3, 8, 13, 18, 2, 7, 12, 17, 1, 6, 11])


def test_groups_keep_their_numbers_while_people_come_and_go() -> None:
    crowd = make_crowd(120, 40, 20)
    votes = crowd.table()
    first = find_opinion_groups(votes)
    renamed = np.array([0, 2, 3, 1], np.int8)[first.groups]
    renamed[:9] = 0
    again = find_opinion_groups(votes, Previous(renamed, first.count))
    assert again.numbers == (1, 2, 3)
    assert (again.groups[9:] == renamed[9:]).all()


def test_a_number_is_held_until_another_one_has_won_three_times() -> None:
    state = settle_count(3, [2, 3, 4], None)
    assert state == GroupCount(3, 3)
    state = settle_count(2, [2, 3, 4], state)
    assert state == GroupCount(3, 2, 1)
    assert settle_count(4, [2, 3, 4], state) == GroupCount(3, 4, 1)
    assert settle_count(3, [2, 3, 4], state) == GroupCount(3, 3)
    state = settle_count(2, [2, 3, 4], state)
    assert state == GroupCount(3, 2, 2)
    assert settle_count(2, [2, 3, 4], state) == GroupCount(2, 2)
    assert settle_count(2, [2], state) == GroupCount(2, 2)
    assert settle_count(1, [], state) == GroupCount(1, 1)


def test_the_held_number_is_shown_though_another_one_wins() -> None:
    votes = make_crowd(150, 60, 30, camps=3).table()
    held = find_opinion_groups(votes, Previous(np.zeros(150, np.int8), GroupCount(2, 2)))
    assert (held.numbers, held.count) == ((1, 2), GroupCount(2, 3, 1))
    last = find_opinion_groups(votes, Previous(held.groups, GroupCount(2, 3, 2)))
    assert (len(last.numbers), last.count) == (3, GroupCount(3, 3))
    assert set(last.numbers) < {1, 2, 3, 4}

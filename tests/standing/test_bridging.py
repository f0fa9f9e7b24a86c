import numpy as np
import pytest
from hypothesis import given, settings

from app.standing import bridging
from app.standing.bridging import Bridge, SideVotes, rank_bridges
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import make_crowd, small_tables


def divided(people: int = 40) -> VoteTable:
    """Two sides that disagree on statements 0 to 7. All agree with 8, one side with 9; 10 finds nobody's agreement."""
    sides = np.arange(people) % 2 * 2 - 1
    alternating = np.where(np.arange(8) % 2, 1, -1)
    signs = np.column_stack(
        [np.outer(sides, alternating), np.ones(people), np.where(sides > 0, 1, -1), np.full(people, -1)]
    ).astype(np.int64)
    person, statement = np.divmod(np.arange(people * 11), 11)
    return make_vote_table(person, statement, signs.ravel(), people, 11)


def test_what_both_sides_agree_with_comes_first_and_what_divides_does_not() -> None:
    ranked = rank_bridges(divided())
    by_statement = {bridge.statement: bridge for bridge in ranked}
    assert (ranked[0].statement, ranked[-1].statement) == (8, 10)
    assert abs(by_statement[8].factor) < 0.1
    assert abs(by_statement[9].factor) > 0.3
    assert abs(by_statement[9].score) < 0.1
    assert by_statement[8].sides == (SideVotes(20, 0, 20), SideVotes(20, 0, 20))
    assert [bridge.statement for bridge in ranked if bridge.is_helpful] == [8]


@pytest.mark.parametrize(
    ("bridge", "can_be_shown", "is_helpful"),
    [
        (Bridge(1, 0.5, 0.1, 10, (SideVotes(4, 1, 5), SideVotes(4, 1, 5))), True, True),
        (Bridge(1, 0.5, 0.1, 10, (SideVotes(4, 0, 4), SideVotes(5, 1, 6))), False, False),
        (Bridge(1, 0.5, 0.1, 10, (SideVotes(2, 2, 5), SideVotes(5, 0, 5))), True, False),
        (Bridge(1, 0.39, 0.1, 10, (SideVotes(4, 1, 5), SideVotes(4, 1, 5))), True, False),
        (Bridge(1, 0.5, -0.5, 10, (SideVotes(4, 1, 5), SideVotes(4, 1, 5))), True, False),
    ],
)
def test_helpful_takes_a_positive_balance_of_enough_votes_on_both_sides(
    bridge: Bridge, *, can_be_shown: bool, is_helpful: bool
) -> None:
    assert (bridge.can_be_shown, bridge.is_helpful) == (can_be_shown, is_helpful)


def test_people_and_statements_with_few_votes_do_not_count() -> None:
    votes = divided()
    person = np.append(votes.person, [40] * 6 + [0, 1, 2, 3])
    statement = np.append(votes.statement, [0, 1, 2, 3, 4, 5] + [11] * 4)
    more = make_vote_table(person, statement, np.append(votes.sign, [1] * 10), 41, 12)
    assert {(bridge.statement, bridge.seen) for bridge in rank_bridges(more)} == {(place, 40) for place in range(11)}


def test_what_is_found_is_the_least_of_what_is_minimised() -> None:
    votes = make_crowd(60, 20, 10, camps=2).table()
    counted = bridging._enough(votes)
    model = bridging._fit(votes, counted)

    def loss(mean: float, person: np.ndarray, statement: np.ndarray) -> float:
        at, on = person[counted.person], statement[counted.statement]
        errors = counted.value - mean - at[:, 0] - on[:, 0] - at[:, 1] * on[:, 1]
        kept = (person[np.unique(counted.person)] ** 2).mean(axis=0)
        kept += (statement[np.unique(counted.statement)] ** 2).mean(axis=0)
        return float(np.mean(errors**2) + 0.15 * kept[0] + 0.03 * kept[1])

    random = np.random.default_rng(3)
    least = loss(model.mean, model.person, model.statement)
    for _ in range(200):
        shifts = [random.normal(0, 0.003, shape) for shape in ((), model.person.shape, model.statement.shape)]
        shifted = (model.mean + shifts[0], model.person + shifts[1], model.statement + shifts[2])
        assert loss(*shifted) > least - 1e-7


def test_the_order_of_votes_does_not_matter() -> None:
    votes = make_crowd(80, 30, 12, camps=2).table()
    order = np.random.default_rng(1).permutation(len(votes.sign))
    again = make_vote_table(votes.person[order], votes.statement[order], votes.sign[order], 80, 30)
    assert rank_bridges(again) == rank_bridges(votes)


@settings(deadline=None)
@given(small_tables())
def test_nothing_is_nan(votes: VoteTable) -> None:
    assert all(np.isfinite([bridge.score, bridge.factor]).all() for bridge in rank_bridges(votes))


def test_where_all_vote_alike_nothing_divides() -> None:
    person, statement = np.divmod(np.arange(300), 10)
    ranked = rank_bridges(make_vote_table(person, statement, np.ones(300, np.int64), 30, 10))
    assert [bridge.factor for bridge in ranked] == [0] * 10
    assert not any(bridge.can_be_shown for bridge in ranked)
    assert rank_bridges(make_vote_table([], [], [], 0, 0)) == []

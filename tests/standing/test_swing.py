from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.swing import Matrix, compare, mcnemar, measure_swing, transition_matrix

CHECKED = ((40, 5, 5), (12, 20, 3), (8, 4, 3))  # For, against, undecided; rows before, columns after.
stances = st.one_of(st.none(), st.integers(0, 2))
matrices = st.lists(st.tuples(stances, stances), max_size=60)


def test_check_values() -> None:
    swing, margin = measure_swing(CHECKED), compare(CHECKED)
    assert (swing.people, swing.churn) == (100, 0.37)
    assert [change.points for change in swing.changes] == [10, -6]
    assert margin.change.points == 16
    assert margin.change.standard_error == pytest.approx(9.29, abs=0.005)
    assert margin.change.interval == pytest.approx((-2.21, 34.21), abs=0.005)
    assert margin.change.is_too_close
    assert (margin.switched_to_one, margin.switched_to_other) == (12, 5)
    assert margin.p_value == pytest.approx(2 * 9402 / 2**17)


@pytest.mark.parametrize("matrix", [((30, 0, 0), (0, 40, 0), (0, 0, 30)), ((0, 0, 0),) * 3])
def test_where_nobody_moved_all_is_zero_and_chance_explains_it(matrix: Matrix) -> None:
    swing, margin = measure_swing(matrix), compare(matrix)
    assert [change.points for change in swing.changes] == [0, 0]
    assert (swing.churn, margin.change.points, margin.p_value) == (0, 0, 1)
    assert margin.change.standard_error in (0, None)
    assert margin.change.is_too_close


def test_few_people_are_too_few_to_call_it() -> None:
    assert compare(((0, 0, 0), (9, 0, 0), (0, 0, 0))).change.is_too_close
    assert not compare(((0, 0, 0), (10, 0, 0), (0, 0, 0))).change.is_too_close
    assert compare(((1, 0, 0), (0, 0, 0), (0, 0, 0))).change.interval is None


def test_mcnemar_is_the_sign_test() -> None:
    assert mcnemar(0, 0) == mcnemar(4, 4) == 1
    assert mcnemar(0, 5) == mcnemar(5, 0) == 2 / 32
    assert mcnemar(900, 1100) == pytest.approx(8.5e-6, rel=0.05)


def test_the_matrix_counts_people_with_undecided_last() -> None:
    assert transition_matrix([(0, 1), (0, 1), (None, 0), (2, None)], 3) == (
        (0, 2, 0, 0), (0, 0, 0, 0), (0, 0, 0, 1), (1, 0, 0, 0),
    )  # fmt: skip
    with pytest.raises(IndexError):
        transition_matrix([(3, 0)], 3)


@settings(deadline=None)
@given(matrices)
def test_changes_are_the_mean_of_what_each_person_did(people: list[tuple[int | None, int | None]]) -> None:
    matrix = transition_matrix(people, 3)
    worth = {0: 1, 2: -1}
    steps = [100 * (worth.get(latest, 0) - worth.get(first, 0)) for first, latest in people]  # type: ignore[call-overload]
    change = compare(matrix, 0, 2).change
    assert change.points == pytest.approx(sum(steps) / max(1, len(steps)))
    if len(steps) > 1:
        assert change.standard_error == pytest.approx(stdev(steps) / len(steps) ** 0.5)
    assert measure_swing(matrix).churn == sum(first != latest for first, latest in people) / max(1, len(people))

import numpy as np
import pytest
from hypothesis import given, settings

from app.standing.opinion_map import draw_opinion_map
from app.standing.vote_table import VoteTable, make_vote_table
from tests.standing.crowds import dense, make_crowd, small_tables


def plain_map(votes: VoteTable) -> tuple[np.ndarray, np.ndarray]:
    """Places (up to the sign of each direction) and variances, by filling the matrix in and decomposing it."""
    matrix = dense(votes)
    counts = np.maximum((~np.isnan(matrix)).sum(axis=1), 1)
    means = np.where(np.isnan(matrix).all(axis=0), 0, np.nansum(matrix, axis=0)) / np.maximum(
        (~np.isnan(matrix)).sum(axis=0), 1
    )
    filled = np.where(np.isnan(matrix), 0, matrix - means)
    _, values, directions = np.linalg.svd(filled, full_matrices=False)
    places = filled @ directions[:2].T * np.sqrt(votes.statements / counts)[:, np.newaxis]
    return places, values**2


@pytest.mark.parametrize(("people", "statements"), [(30, 12), (12, 40), (90, 70), (60, 100), (300, 60)])
def test_it_is_what_the_filled_matrix_gives(people: int, statements: int) -> None:
    votes = make_crowd(people, statements, 9).table()
    found = draw_opinion_map(votes)
    places, variances = plain_map(votes)
    assert np.abs(found.places) == pytest.approx(np.abs(places), abs=1e-5)
    assert found.explained == pytest.approx(variances[:2] / variances.sum(), rel=1e-6)
    assert np.linalg.norm(found.loadings, axis=0) == pytest.approx([1, 1])


@settings(deadline=None)
@given(small_tables())
def test_small_tables_have_the_variances_of_the_filled_matrix_and_no_nan(votes: VoteTable) -> None:
    found = draw_opinion_map(votes)
    for values in (found.places, found.loadings, found.extremity, found.means, found.explained):
        assert np.isfinite(values).all()
    if votes.people and votes.statements:
        variances = np.append(plain_map(votes)[1], [0, 0])
        assert found.explained * variances.sum() == pytest.approx(variances[:2], abs=1e-8)
    assert not found.places[votes.votes_by_person() == 0].any()


@pytest.mark.parametrize("statements", [20, 60])
def test_the_order_of_votes_does_not_matter_to_the_last_bit(statements: int) -> None:
    votes = make_crowd(80, statements, 9).table()
    first = draw_opinion_map(votes)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(votes.sign))
        again = draw_opinion_map(
            make_vote_table(votes.person[order], votes.statement[order], votes.sign[order], 80, statements)
        )
        assert first.places.tobytes() == again.places.tobytes()
        assert first.loadings.tobytes() == again.loadings.tobytes()


@pytest.mark.parametrize("statements", [20, 60])
def test_other_numbers_for_people_and_statements_give_the_same_places(statements: int) -> None:
    votes = make_crowd(200, statements, 12).table()
    random = np.random.default_rng(5)
    person, statement = random.permutation(200), random.permutation(statements)
    again = draw_opinion_map(
        make_vote_table(person[votes.person], statement[votes.statement], votes.sign, 200, statements)
    )
    first = draw_opinion_map(votes)
    assert np.abs(again.places[person]) == pytest.approx(np.abs(first.places), abs=1e-4)
    assert again.extremity[statement] == pytest.approx(first.extremity, abs=1e-4)


def test_people_of_a_camp_stand_together() -> None:
    crowd = make_crowd(150, 40, 20)
    places = draw_opinion_map(crowd.table()).places
    middles = np.array([places[crowd.camp == camp].mean(axis=0) for camp in range(3)])
    nearest = np.argmin(np.linalg.norm(places[:, np.newaxis] - middles, axis=2), axis=1)
    assert (nearest == crowd.camp).mean() > 0.97


def test_the_place_and_the_extremity_by_hand() -> None:
    """Two people who disagree on the only statement: mean 0, direction (1), and sqrt(1 / 1) × ±1."""
    found = draw_opinion_map(make_vote_table([0, 1], [0, 0], [1, -1], 3, 1))
    assert found.places.tolist() == [[1, 0], [-1, 0], [0, 0]]
    assert found.extremity.tolist() == [1]
    assert found.explained.tolist() == [1, 0]


@pytest.mark.parametrize("sign", [-1, 0, 1])
def test_where_all_vote_alike_there_is_no_direction(sign: int) -> None:
    person, statement = np.divmod(np.arange(600), 60)
    found = draw_opinion_map(make_vote_table(person, statement, np.full(600, sign), 10, 60))
    assert not found.places.any()
    assert not found.explained.any()


def test_one_direction_only_leaves_the_other_at_nothing() -> None:
    """Everybody says the same on all statements, for or against: a matrix of rank 1, larger than the exact solution."""
    person, statement = np.divmod(np.arange(60 * 60), 60)
    found = draw_opinion_map(make_vote_table(person, statement, np.where(person % 2, 1, -1), 60, 60))
    assert found.explained == pytest.approx([1, 0])
    assert not found.places[:, 1].any()

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.vote_table import VoteTable, make_vote_table

votes = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(-1, 1)), max_size=40)
ENORMOUS = 2**31 - 1


def rows(table: VoteTable) -> list[tuple[int, ...]]:
    return list(zip(table.person.tolist(), table.statement.tolist(), table.sign.tolist(), strict=True))


def table_of(cast: list[tuple[int, int, int]], people: int = 6, statements: int = 5) -> VoteTable:
    person, statement, sign = zip(*cast, strict=True) if cast else ((), (), ())
    return make_vote_table(person, statement, sign, people, statements)


@settings(deadline=None)
@given(votes)
def test_the_last_vote_of_a_person_on_a_statement_counts(cast: list[tuple[int, int, int]]) -> None:
    last = {(person, statement): sign for person, statement, sign in cast}
    assert rows(table_of(cast)) == [(*cell, sign) for cell, sign in sorted(last.items())]


@settings(deadline=None)
@given(votes)
def test_numbers_too_large_to_pack_give_the_same(cast: list[tuple[int, int, int]]) -> None:
    spread = [(person * (ENORMOUS // 5), statement * (ENORMOUS // 5), sign) for person, statement, sign in cast]
    table = make_vote_table(*(np.array(spread, np.int64).reshape(-1, 3).T), ENORMOUS, ENORMOUS)
    small = rows(table_of(cast))
    assert rows(table) == [(person * (ENORMOUS // 5), place * (ENORMOUS // 5), sign) for person, place, sign in small]


def test_what_is_in_order_already_stays() -> None:
    cast = [(0, 1, 1), (0, 2, -1), (3, 0, 0)]
    assert rows(table_of(cast)) == cast
    assert all(one < other for one, other in pairwise(cast))


def test_counts_and_means() -> None:
    table = table_of([(0, 0, 1), (1, 0, -1), (2, 0, -1), (0, 1, 0)], 3, 3)
    assert table.votes_by_person().tolist() == [2, 1, 1]
    assert table.votes_by_statement().tolist() == [3, 1, 0]
    assert table.means().tolist() == [-1 / 3, 0, 0]


@pytest.mark.parametrize(
    ("person", "statement", "sign"),
    [
        ([6], [0], [1]),
        ([0], [5], [1]),
        ([-1], [0], [1]),
        ([0], [0], [2]),
        ([0, 1], [0], [1]),
        ([0.5], [0], [1]),
        (0, 0, 0),
    ],
)
def test_wrong_votes_are_refused(person: object, statement: object, sign: object) -> None:
    with pytest.raises(ValueError, match=r"outside|as many|whole numbers"):
        make_vote_table(person, statement, sign, 6, 5)  # type: ignore[arg-type]

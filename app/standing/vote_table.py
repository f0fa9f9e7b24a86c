"""Votes as arrays: one sign for each person and statement, in an order that does not depend on how they came."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int32]
Signs = NDArray[np.int8]
Floats = NDArray[np.float64]

_SIGN_BITS = 2
_LARGEST_KEY_BITS = 63


@dataclass(frozen=True, eq=False, slots=True)
class VoteTable:
    """V votes by people 0 … `people` − 1 on statements 0 … `statements` − 1, sorted by person, then statement.

    `person` and `statement` (V,) int32, `sign` (V,) int8: agree +1, pass 0, disagree −1; at most one vote for a pair.
    Statements that are hidden or withdrawn are left out before. Memory grows with V + people + statements only.
    """

    people: int
    statements: int
    person: Ints
    statement: Ints
    sign: Signs

    def votes_by_person(self) -> NDArray[np.int64]:
        """(people,): how many votes each cast."""
        return np.bincount(self.person, minlength=self.people)

    def votes_by_statement(self) -> NDArray[np.int64]:
        """(statements,): how many votes each got, passes among them."""
        return np.bincount(self.statement, minlength=self.statements)

    def means(self) -> Floats:
        """(statements,): the mean sign of the votes on each; 0 where nobody voted."""
        signs = np.bincount(self.statement, self.sign, self.statements)
        return signs / np.maximum(self.votes_by_statement(), 1)


def make_vote_table(
    person: ArrayLike, statement: ArrayLike, sign: ArrayLike, people: int, statements: int
) -> VoteTable:
    """From votes in the order in which they were cast: of several by one person on one statement the last one counts.

    Raises ValueError if the arrays (V,) differ in length, an index is outside, or a sign is none of −1, 0, +1.
    """
    persons, places, signs = (_whole(values) for values in (person, statement, sign))
    if not len(persons) == len(places) == len(signs):
        raise ValueError("Votes need as many people as statements and signs.")
    for values, lowest, beyond in ((persons, 0, people), (places, 0, statements), (signs, -1, 2)):
        if len(values) and not lowest <= values.min() <= values.max() < beyond:
            raise ValueError(f"A value is outside of {lowest} to {beyond - 1}.")
    if not _is_sorted(persons, places):
        persons, places, signs = _sort(persons, places, signs)
    return VoteTable(people, statements, *_narrowed(persons, places, signs))


def _whole(values: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.ndim != 1 or (len(array) and array.dtype.kind not in "iu"):
        raise ValueError("People, statements and signs are lists of whole numbers.")
    return array.astype(np.int64, copy=False)


def _is_sorted(persons: NDArray[np.int64], places: NDArray[np.int64]) -> bool:
    """In order and without a pair twice."""
    later, same = persons[1:] > persons[:-1], persons[1:] == persons[:-1]
    return bool((later | (same & (places[1:] > places[:-1]))).all())


def _sort(
    persons: NDArray[np.int64], places: NDArray[np.int64], signs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """By person, statement, and time, keeping the last of each pair. One sort of packed numbers is several times
    faster than a sort of positions; the position is part of the number, so equal pairs stay in their order.
    """
    place_bits = int(places.max()).bit_length()
    time_bits = len(signs).bit_length()
    if int(persons.max()).bit_length() + place_bits + time_bits + _SIGN_BITS > _LARGEST_KEY_BITS:
        order = np.lexsort((places, persons))
        persons, places, signs = persons[order], places[order], signs[order]
    else:
        key = ((persons << place_bits | places) << time_bits | np.arange(len(signs))) << _SIGN_BITS | signs + 1
        key.sort()
        signs = (key & 3) - 1
        cell = key >> (time_bits + _SIGN_BITS)
        persons, places = cell >> place_bits, cell & ((1 << place_bits) - 1)
    is_last = np.append((persons[1:] != persons[:-1]) | (places[1:] != places[:-1]), True)
    return persons[is_last], places[is_last], signs[is_last]


def _narrowed(
    persons: NDArray[np.int64], places: NDArray[np.int64], signs: NDArray[np.int64]
) -> tuple[Ints, Ints, Signs]:
    return persons.astype(np.int32), places.astype(np.int32), signs.astype(np.int8)

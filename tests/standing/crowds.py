"""Simulated votes: camps that agree among themselves, and random tables for Hypothesis."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.standing.vote_table import VoteTable, make_vote_table

# Chances of disagree, pass and agree for who is against, between and for a statement.
_CHANCES = np.array([[0.82, 0.10, 0.08], [0.3, 0.4, 0.3], [0.08, 0.10, 0.82]])


@dataclass(frozen=True)
class Crowd:
    """Votes as they came, shuffled; `camp` (people,)."""

    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    sign: NDArray[np.int64]
    camp: NDArray[np.int64]
    statements: int

    @property
    def people(self) -> int:
        return len(self.camp)

    def table(self) -> VoteTable:
        return make_vote_table(self.person, self.statement, self.sign, self.people, self.statements)


def make_crowd(people: int, statements: int, votes_each: int, camps: int = 3, seed: int = 1) -> Crowd:
    """Each person votes on about `votes_each` statements, at random. One camp alone: all vote at random."""
    random = np.random.default_rng(seed)
    camp = np.arange(people) % camps
    leanings = random.integers(0, 3, (camps, statements)) if camps > 1 else np.ones((1, statements), np.int64)
    steps = random.integers(1, max(2, 2 * statements // votes_each - 1), (people, votes_each))
    statement = ((random.integers(0, statements, (people, 1)) + np.cumsum(steps, axis=1)) % statements).ravel()
    person = np.repeat(np.arange(people), votes_each)
    chances = _CHANCES[leanings[camp[person], statement]].cumsum(axis=1)
    sign = (random.random((len(person), 1)) > chances[:, :2]).sum(axis=1) - 1
    order = random.permutation(len(person))
    return Crowd(person[order], statement[order], sign[order], camp, statements)


@st.composite
def small_tables(draw: st.DrawFn) -> VoteTable:
    people, statements = draw(st.integers(0, 12)), draw(st.integers(0, 8))
    if not people or not statements:
        return make_vote_table([], [], [], people, statements)
    votes = st.tuples(st.integers(0, people - 1), st.integers(0, statements - 1), st.integers(-1, 1))
    cast = draw(st.lists(votes, max_size=60))
    person, statement, sign = zip(*cast, strict=True) if cast else ((), (), ())
    return make_vote_table(person, statement, sign, people, statements)


def dense(votes: VoteTable) -> NDArray[np.float64]:
    """(people, statements), NaN where there is no vote: what the tables avoid, to compare with."""
    matrix = np.full((votes.people, votes.statements), np.nan)
    matrix[votes.person, votes.statement] = votes.sign
    return matrix

"""What people on both sides of the main divide find helpful: agreement that their side does not explain.

The idea of Community Notes (Wojcik et al. 2022). A vote r, 1 for agree, ½ for pass, 0 for disagree, is explained as
μ + i_person + i_statement + f_person · f_statement. What sides explain goes into the factors f, so that the intercept
i_statement is the score.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.standing.opinion_map import draw_opinion_map
from app.standing.vote_table import Floats, VoteTable

FEWEST_VOTES_OF_PERSON, FEWEST_VOTES_ON_STATEMENT = 7, 5
FEWEST_VOTES_OF_SIDE = 5  # The two-sided minimum: below it on either side no score is shown.
HELPFUL_SCORE, LARGEST_HELPFUL_FACTOR = 0.40, 0.5
_RIDGE_INTERCEPT, _RIDGE_FACTOR = 0.15, 0.03
_MOST_ROUNDS = 100
_SETTLED = 1e-5  # Scores are shown with two digits.


@dataclass(frozen=True, slots=True)
class SideVotes:
    """Votes on a statement by people on one side of the divide; `seen` includes passes."""

    agree: int
    disagree: int
    seen: int

    @property
    def is_net_positive(self) -> bool:
        return self.agree > self.disagree


@dataclass(frozen=True, slots=True)
class Bridge:
    """`score` i_n and `factor` f_n of a statement, in votes from 0 to 1, from `seen` votes. `sides`: the people with a
    negative and those with a positive factor.
    """

    statement: int
    score: float
    factor: float
    seen: int
    sides: tuple[SideVotes, SideVotes]

    @property
    def can_be_shown(self) -> bool:
        """Never show a score without this, nor without `seen`."""
        return min(side.seen for side in self.sides) >= FEWEST_VOTES_OF_SIDE

    @property
    def is_helpful(self) -> bool:
        """Helpful across the divide."""
        is_high = self.score >= HELPFUL_SCORE and abs(self.factor) < LARGEST_HELPFUL_FACTOR
        return is_high and self.can_be_shown and all(side.is_net_positive for side in self.sides)


@dataclass(frozen=True, eq=False, slots=True)
class _Votes:
    """The votes that count. `person` and `statement` (V,) as in the table, `value` (V,) from 0 to 1."""

    person: NDArray[np.int32]
    statement: NDArray[np.int32]
    value: Floats


@dataclass(eq=False, slots=True)
class _Model:
    """`person` and `statement` (…, 2): intercepts and factors."""

    mean: float
    person: Floats
    statement: Floats


def rank_bridges(votes: VoteTable) -> list[Bridge]:
    """Statements with at least 5 votes by people with at least 7, the highest score first. The same votes give the same
    scores: ridge solves for people and statements in turn, from the first direction of the opinion map.
    """
    counted = _enough(votes)
    if len(counted.value) == 0:
        return []
    model = _fit(votes, counted)
    sides = [_side_votes(votes, counted, chosen) for chosen in (model.person[:, 1] < 0, model.person[:, 1] > 0)]
    seen = np.bincount(counted.statement, minlength=votes.statements)
    bridges = [
        Bridge(
            statement=int(place),
            score=float(model.statement[place, 0]),
            factor=float(model.statement[place, 1]),
            seen=int(seen[place]),
            sides=(SideVotes(*sides[0][place].tolist()), SideVotes(*sides[1][place].tolist())),
        )
        for place in np.flatnonzero(seen)
    ]
    return sorted(bridges, key=lambda bridge: (-bridge.score, bridge.statement))


def _enough(votes: VoteTable) -> _Votes:
    kept = votes.votes_by_person()[votes.person] >= FEWEST_VOTES_OF_PERSON
    per_statement = np.bincount(votes.statement[kept], minlength=votes.statements)
    kept &= per_statement[votes.statement] >= FEWEST_VOTES_ON_STATEMENT
    return _Votes(votes.person[kept], votes.statement[kept], (votes.sign[kept] + 1) / 2)


def _fit(votes: VoteTable, counted: _Votes) -> _Model:
    """Least mean squared error + 0.15 mean(i²) + 0.03 mean(f²), the means over people and over statements apart."""
    model = _start(votes, counted)
    person_ridge, statement_ridge = (_ridge(counted, index) for index in (counted.person, counted.statement))
    for _ in range(_MOST_ROUNDS):
        before = model.statement.copy()
        base = counted.value - model.mean
        model.person = _solve(counted.person, len(model.person), base, model.statement[counted.statement], person_ridge)
        model.statement = _solve(
            counted.statement, len(model.statement), base, model.person[counted.person], statement_ridge
        )
        model.mean += float(np.mean(base - _explained(model, counted)))
        if np.abs(model.statement - before).max() < _SETTLED:
            break
    return model


def _start(votes: VoteTable, counted: _Votes) -> _Model:
    """Nobody has an intercept; the first direction of the map, scaled to a mean square of 1, is the factor."""
    direction = draw_opinion_map(votes).loadings[:, 0]
    size = float(np.sqrt(np.mean(direction**2)))
    statement = np.zeros((votes.statements, 2))
    statement[:, 1] = direction / size if size > 0 else direction
    return _Model(float(counted.value.mean()), np.zeros((votes.people, 2)), statement)


def _ridge(counted: _Votes, index: NDArray[np.int32]) -> Floats:
    """(2,): the penalty is a mean over people (or statements), the error one over votes: their ratio weighs it."""
    return np.array([_RIDGE_INTERCEPT, _RIDGE_FACTOR]) * len(index) / len(np.unique(index))


def _explained(model: _Model, counted: _Votes) -> Floats:
    person, statement = model.person[counted.person], model.statement[counted.statement]
    explained: Floats = person[:, 0] + statement[:, 0] + person[:, 1] * statement[:, 1]
    return explained


def _solve(index: NDArray[np.int32], count: int, base: Floats, other: Floats, ridge: Floats) -> Floats:
    """(count, 2): for each person (or statement) the intercept and factor that explain its votes best, given those
    (V, 2) of the other kind: two equations each.
    """
    left, factor = base - other[:, 0], other[:, 1]
    votes, factors, squares, sums, products = (
        np.bincount(index, values, count) for values in (None, factor, factor**2, left, left * factor)
    )
    first, second = votes + ridge[0], squares + ridge[1]
    determinant = first * second - factors**2
    return np.stack(
        [(second * sums - factors * products) / determinant, (first * products - factors * sums) / determinant], axis=1
    )


def _side_votes(votes: VoteTable, counted: _Votes, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(statements, 3): agree, disagree, seen, of the people chosen."""
    by_chosen = chosen[counted.person]
    columns = [by_chosen & (counted.value == 1), by_chosen & (counted.value == 0), by_chosen]
    return np.stack([np.bincount(counted.statement[column], minlength=votes.statements) for column in columns], axis=1)

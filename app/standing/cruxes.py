"""Cruxes: claims whose vote best tells which position somebody holds, so that much hangs on them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.standing.vote_table import Floats, VoteTable

FEWEST_PEOPLE = 10  # Who voted on the claim and took a stance.
PRIOR_PEOPLE = 10  # As if so many more had voted without any connection to their stance.
Z_95 = 1.959964
UNDECIDED, NO_STANCE = -1, -2

Stances = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Crux:
    """Of `people` with a vote on the statement and a stance: whoever agrees with it tends to hold `position` where the
    correlations are positive, not to hold it where they are negative. `correlation` is what was counted, `shrunk` and
    its 95 % `interval` allow for few people, all in [−1, 1].
    """

    statement: int
    position: int
    people: int
    correlation: float
    shrunk: float
    interval: tuple[float, float]

    @property
    def is_clear(self) -> bool:
        """The interval does not hold 0. Of many statements one in twenty is clear by chance."""
        return not self.interval[0] <= 0 <= self.interval[1]


def find_cruxes(votes: VoteTable, stances: Stances, positions: int) -> list[Crux]:
    """The statements that tell most first, one entry each. `stances` (people,): the index of a position from 0, −1 for
    undecided, −2 for none. Left out are statements with fewer than 10 people, or where all voted or stand alike.

    For each position r is the correlation of the vote (−1, 0, 1) with holding it (1) or not (0); that with the largest
    |r| is taken. z = atanh(r) has the variance 1 / (n − 3) (Fisher 1921). With a prior of mean 0 and variance 1/10 the
    shrunk value is tanh(z (n − 3) / (n − 3 + 10)), its interval tanh(that z ± 1.96 / sqrt(n − 3 + 10)).
    """
    stances = np.asarray(stances)
    if len(stances) != votes.people or (len(stances) and not NO_STANCE <= stances.min() <= stances.max() < positions):
        raise ValueError("Each person needs a stance: the index of a position, −1 or −2.")
    has_stance = stances[votes.person] != NO_STANCE
    statement, sign = votes.statement[has_stance], votes.sign[has_stance].astype(float)
    held = stances[votes.person][has_stance]
    people = np.bincount(statement, minlength=votes.statements)
    correlations = np.stack(
        [_correlations(statement, sign, held == position, votes.statements) for position in range(positions)]
        or [np.zeros(votes.statements)]
    )
    position = np.argmax(np.abs(correlations) + 1e-9 * (correlations > 0), axis=0)
    found = [
        _crux(int(place), int(position[place]), int(people[place]), float(correlations[position[place], place]))
        for place in np.flatnonzero((people >= FEWEST_PEOPLE) & correlations.any(axis=0))
    ]
    return sorted(found, key=lambda crux: (-abs(crux.shrunk), crux.statement))


def _correlations(statement: NDArray[np.int32], sign: Floats, holds: NDArray[np.bool_], statements: int) -> Floats:
    """(statements,): Pearson's r over the votes on each; 0 where either does not vary."""
    n, x, xx, y, xy = (
        np.bincount(statement, values, statements) for values in (None, sign, sign**2, holds, sign * holds)
    )
    spread = (n * xx - x * x) * (n * y - y * y)
    r: Floats = np.where(spread > 0, (n * xy - x * y) / np.sqrt(np.where(spread > 0, spread, 1)), 0.0)
    return np.clip(r, -1, 1)


def _crux(statement: int, position: int, people: int, correlation: float) -> Crux:
    certainty = people - 3
    z = float(np.arctanh(np.clip(correlation, 1 / people - 1, 1 - 1 / people)))  # Never infinite.
    shrunk, error = z * certainty / (certainty + PRIOR_PEOPLE), Z_95 / np.sqrt(certainty + PRIOR_PEOPLE)
    interval = (float(np.tanh(shrunk - error)), float(np.tanh(shrunk + error)))
    return Crux(statement, position, people, correlation, float(np.tanh(shrunk)), interval)

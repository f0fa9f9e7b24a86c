"""Did the debate move people? First and latest stances, counted person by person. Plain Python: pages use it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb, sqrt

FEWEST_PEOPLE = 10  # With fewer, chance alone moves a fifth of them and no interval can be trusted.
Z_95 = 1.959964  # 95 % of a normal distribution lies within so many standard errors.

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference of shares in points (percent), with its standard error and 95 % interval, both in points too; both
    are none for fewer than two people.
    """

    points: float
    people: int
    standard_error: float | None
    interval: tuple[float, float] | None

    @property
    def is_too_close(self) -> bool:
        """Nobody can say which way people moved: 0 is within the interval, or there are too few people."""
        if self.interval is None or self.people < FEWEST_PEOPLE:
            return True
        return self.interval[0] <= 0 <= self.interval[1]


@dataclass(frozen=True, slots=True)
class Swing:
    """`matrix`[first][latest]: people by stance; positions in their order, undecided last. `changes`: for each position
    its share at the end less its share at first. `churn`: the share of people, in [0, 1], whose stance changed.
    """

    matrix: Matrix
    people: int
    changes: tuple[Change, ...]
    churn: float


@dataclass(frozen=True, slots=True)
class Margin:
    """Position `one` against `other`: the points that one gained less those that the other gained. Switchers went from
    one straight to the other; `p_value` is McNemar's exact one: how likely so uneven a split of them is by chance.
    """

    one: int
    other: int
    change: Change
    switched_to_one: int
    switched_to_other: int
    p_value: float


def transition_matrix(stances: Iterable[tuple[int | None, int | None]], positions: int) -> Matrix:
    """From (first, latest) of each person who has both, as indexes of positions from 0, none for undecided. Raises
    IndexError for an index that no position has.
    """
    counts = [[0] * (positions + 1) for _ in range(positions + 1)]
    for first, latest in stances:
        if not all(stance is None or 0 <= stance < positions for stance in (first, latest)):
            raise IndexError(f"There are {positions} positions.")
        counts[positions if first is None else first][positions if latest is None else latest] += 1
    return tuple(tuple(row) for row in counts)


def measure_swing(matrix: Matrix) -> Swing:
    people = sum(map(sum, matrix))
    stayed = sum(row[place] for place, row in enumerate(matrix))
    changes = [_change(matrix, _worth(matrix, position)) for position in range(len(matrix) - 1)]
    return Swing(matrix, people, tuple(changes), churn=(people - stayed) / max(1, people))


def compare(matrix: Matrix, one: int = 0, other: int = 1) -> Margin:
    """The margin between two positions, given their indexes."""
    to_one, to_other = matrix[other][one], matrix[one][other]
    change = _change(matrix, _worth(matrix, one, other))
    return Margin(one, other, change, to_one, to_other, mcnemar(to_one, to_other))


def mcnemar(one: int, other: int) -> float:
    """Two-sided exact p of a sign test: 1 where nobody switched. McNemar 1947, with the binomial distribution."""
    switched = one + other
    tail = sum(comb(switched, count) for count in range(min(one, other) + 1))
    return float(min(1.0, 2 * tail / 2**switched))


def _worth(matrix: Matrix, one: int, other: int | None = None) -> list[int]:
    """What a stance counts: 1 for the one position, −1 for the other."""
    return [(stance == one) - (stance == other) for stance in range(len(matrix))]


def _change(matrix: Matrix, worth: Sequence[int]) -> Change:
    """The mean over people of what their latest stance counts less what their first did, and, as the same people are
    asked twice, the standard error of that mean: sqrt((Σd² − (Σd)²/n) / (n − 1) / n).
    """
    steps = [(worth[to] - worth[at], count) for at, row in enumerate(matrix) for to, count in enumerate(row)]
    people = sum(count for _, count in steps)
    total, squares = sum(step * count for step, count in steps), sum(step * step * count for step, count in steps)
    points = 100 * total / max(1, people)
    if people < 2:
        return Change(points, people, None, None)
    error = 100 * sqrt((squares - total * total / people) / (people - 1) / people)
    return Change(points, people, error, (points - Z_95 * error, points + Z_95 * error))

"""What a group of people thinks, by its votes: statements that mark it off from the rest, and what unites all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.standing.group_names import Groups
from app.standing.vote_table import Floats, VoteTable

Z_90 = 1.2816  # A one-sided test at 90 %.
MOST_STATEMENTS = 5  # Of a group; more would not be read.

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class GroupVotes:
    """Votes for each group (rows, in the order of `numbers`) and statement (columns); `seen` includes passes."""

    numbers: tuple[int, ...]
    agree: Counts
    disagree: Counts
    seen: Counts


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement for which a group stands. `sign`: +1 where the group itself agrees, −1 where it disagrees; `votes` of
    the `seen` votes of the group are that, `rest_votes` of `rest_seen` those of all other groups. `share` and
    `rest_share` are (votes + 1) / (seen + 2), `ratio` is one by the other; `z` tests that more than half of the group
    think so, `contrast_z` that more do than of the rest.
    """

    statement: int
    sign: int
    votes: int
    seen: int
    rest_votes: int
    rest_seen: int
    share: float
    rest_share: float
    ratio: float
    z: float
    contrast_z: float

    @property
    def rank(self) -> float:
        return self.ratio * self.contrast_z * self.share * self.z


@dataclass(frozen=True, slots=True)
class Agreed:
    """A statement on which most people think alike: `sign` +1 that it holds, −1 that it does not. `share` is
    (votes + 1) / (seen + 2), `z` tests that it is more than half.
    """

    statement: int
    sign: int
    votes: int
    seen: int
    share: float
    z: float


def count_by_group(votes: VoteTable, groups: Groups, numbers: tuple[int, ...]) -> GroupVotes:
    """`groups` (people,): each person's number; votes of people in none of `numbers` are left out."""
    row_of_number = np.full(max(numbers, default=0) + 1, -1, np.int64)
    row_of_number[list(numbers)] = np.arange(len(numbers))
    row = np.where(groups < len(row_of_number), row_of_number[np.minimum(groups, len(row_of_number) - 1)], -1)
    row_of_vote = row[votes.person]
    is_counted = row_of_vote >= 0
    cell = row_of_vote[is_counted] * votes.statements + votes.statement[is_counted]
    sign = votes.sign[is_counted]
    shape = (len(numbers), votes.statements)
    agree, disagree, seen = (
        np.bincount(cell[chosen], minlength=shape[0] * shape[1]).reshape(shape)
        for chosen in (sign > 0, sign < 0, slice(None))
    )
    return GroupVotes(numbers, agree, disagree, seen)


def representative_statements(
    counted: GroupVotes, most: int = MOST_STATEMENTS
) -> dict[int, tuple[Representative, ...]]:
    """For each group's number up to 5 statements, those agreed with first, then by rank; none where no statement
    passes both tests at 90 %. With hundreds of statements some pass by chance. The statistics are those of Polis, but
    for the direction: it is always that in which the group itself leans.
    """
    chosen: dict[int, tuple[Representative, ...]] = {}
    for row, number in enumerate(counted.numbers):
        found = _candidates(counted, row, counted.agree, 1) + _candidates(counted, row, counted.disagree, -1)
        found.sort(key=lambda each: (-each.rank, each.statement))
        chosen[number] = tuple(sorted(found[:MOST_STATEMENTS], key=lambda each: -each.sign))
    return chosen


def _candidates(counted: GroupVotes, row: int, opinion: Counts, sign: int) -> list[Representative]:
    votes, seen = opinion[row], counted.seen[row]
    rest_votes, rest_seen = opinion.sum(axis=0) - votes, counted.seen.sum(axis=0) - seen
    share, rest_share = (votes + 1) / (seen + 2), (rest_votes + 1) / (rest_seen + 2)
    z, contrast_z = one_proportion_z(votes, seen), two_proportion_z(votes, rest_votes, seen, rest_seen)
    columns = (votes, seen, rest_votes, rest_seen, share, rest_share, share / rest_share, z, contrast_z)
    return [
        Representative(int(place), sign, *(column[place].item() for column in columns))
        for place in np.flatnonzero((z > Z_90) & (contrast_z > Z_90))
    ]


def group_aware_consensus(counted: GroupVotes, sign: int = 1) -> Floats:
    """(statements,) in (0, 1): the product over groups of (votes + 1) / (seen + 2), of agreement for the sign +1, of
    disagreement for −1. High only where every group has voted, and thinks so. Small et al. 2021.
    """
    votes = counted.agree if sign > 0 else counted.disagree
    product: Floats = np.prod((votes + 1) / (counted.seen + 2), axis=0)
    return product


def consensus(votes: VoteTable, sign: int = 1) -> list[Agreed]:
    """What more than half of all who voted on it agree with (sign +1) or disagree with (−1), tested at 90 %, by share
    times z. Groups play no part: a large one can make it alone.
    """
    seen = votes.votes_by_statement()
    alike = np.bincount(votes.statement[votes.sign == sign], minlength=votes.statements)
    share, z = (alike + 1) / (seen + 2), one_proportion_z(alike, seen)
    found = [
        Agreed(int(place), sign, *(column[place].item() for column in (alike, seen, share, z)))
        for place in np.flatnonzero((share > 0.5) & (z > Z_90))
    ]
    return sorted(found, key=lambda each: (-each.share * each.z, each.statement))


def one_proportion_z(votes: ArrayLike, seen: ArrayLike) -> Floats:
    """2 sqrt(n + 1) ((s + 1) / (n + 1) − ½): is the share more than half? One success is added to be careful."""
    successes, trials = np.asarray(votes, float) + 1, np.asarray(seen, float) + 1
    z: Floats = 2 * np.sqrt(trials) * (successes / trials - 0.5)
    return z


def two_proportion_z(votes: ArrayLike, rest_votes: ArrayLike, seen: ArrayLike, rest_seen: ArrayLike) -> Floats:
    """Is one share larger than the other? The pooled test, with 1 added to all four counts; 0 where all succeed."""
    one, other = np.asarray(votes, float) + 1, np.asarray(rest_votes, float) + 1
    trials, others = np.asarray(seen, float) + 1, np.asarray(rest_seen, float) + 1
    pooled = (one + other) / (trials + others)
    variance = pooled * (1 - pooled) * (1 / trials + 1 / others)
    is_mixed = pooled < 1
    z: Floats = np.where(is_mixed, (one / trials - other / others) / np.sqrt(np.where(is_mixed, variance, 1)), 0.0)
    return z

"""Do the groups depend on which statements happened to be put to the vote? Asked by leaving out some of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.standing.clusters import cluster, nearest, refine
from app.standing.group_names import NO_GROUP
from app.standing.opinion_groups import OpinionGroups
from app.standing.opinion_map import draw_opinion_map
from app.standing.vote_table import Floats, VoteTable

RESAMPLES = 20
KEPT_SHARE = 0.8  # Of the statements, in each resample.
RELIABLE = 0.5  # Below, the same people are grouped otherwise by four fifths of the statements.
MOST_PEOPLE = 10_000  # Of more, so many are examined, evenly spaced: quicker, and rather stricter than milder.
_SEED = 20_262


@dataclass(frozen=True, slots=True)
class Stability:
    """`agreement`: the adjusted Rand index of each resample with the groups, in [−1, 1]: 1 the same groups, about 0 as
    alike as by chance. Empty where there are no groups.
    """

    agreement: tuple[float, ...]

    @property
    def score(self) -> float:
        """The mean over the resamples; 0 where there are none."""
        return sum(self.agreement) / max(1, len(self.agreement))

    @property
    def is_reliable(self) -> bool:
        """If not, a page shows the map and claims no groups."""
        return self.score >= RELIABLE


def measure_stability(votes: VoteTable, found: OpinionGroups, resamples: int = RESAMPLES) -> Stability:
    """The groups are found again, as many of them, for the same people from four fifths of the statements. Takes about
    `resamples` times as long as finding them once. The same votes give the same result.
    """
    if not found.has_groups:
        return Stability(())
    people = np.flatnonzero(found.groups != NO_GROUP)
    people = people[:: -(-len(people) // MOST_PEOPLE)]
    sample = _of_people(votes, people)
    random = np.random.default_rng(_SEED)
    kept = max(1, round(KEPT_SHARE * votes.statements))
    scores = []
    for _ in range(resamples):
        statements = np.sort(random.permutation(votes.statements)[:kept])
        places = draw_opinion_map(_on_statements(sample, statements)).places
        again = _group(places, len(found.numbers))
        scores.append(adjusted_rand(found.groups[people], again))
    return Stability(tuple(scores))


def adjusted_rand(one: NDArray[np.integer], other: NDArray[np.integer]) -> float:
    """How far two partitions (n,) of the same people agree beyond chance (Hubert and Arabie 1985): 1 where they are the
    same, about 0 for unrelated ones.
    """
    _, left = np.unique(one, return_inverse=True)
    _, right = np.unique(other, return_inverse=True)
    table = np.zeros((left.max(initial=0) + 1, right.max(initial=0) + 1))
    np.add.at(table, (left, right), 1)
    together, all_pairs = _pairs(table).sum(), float(_pairs(np.array(len(left))))
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / all_pairs if all_pairs else 0.0
    widest = (rows + columns) / 2
    return 1.0 if widest == expected else float((together - expected) / (widest - expected))


def _pairs(sizes: Floats) -> Floats:
    return sizes * (sizes - 1) / 2


def _group(places: Floats, count: int) -> NDArray[np.int64]:
    """One group for all where as many are not possible."""
    possible = cluster(places, [count])
    return nearest(places, refine(places, possible[count].centers)) if possible else np.zeros(len(places), np.int64)


def _of_people(votes: VoteTable, people: NDArray[np.intp]) -> VoteTable:
    index = np.full(votes.people, -1, np.int32)
    index[people] = np.arange(len(people))
    kept = index[votes.person] >= 0
    return VoteTable(len(people), votes.statements, index[votes.person[kept]], votes.statement[kept], votes.sign[kept])


def _on_statements(votes: VoteTable, statements: NDArray[np.int64]) -> VoteTable:
    index = np.full(votes.statements, -1, np.int32)
    index[statements] = np.arange(len(statements))
    kept = index[votes.statement] >= 0
    return VoteTable(votes.people, len(statements), votes.person[kept], index[votes.statement[kept]], votes.sign[kept])

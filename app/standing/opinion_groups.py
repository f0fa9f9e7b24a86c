"""Opinion groups: people who vote alike, found anew on each run and recognised from the one before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.standing.clusters import Clustering, cluster, nearest, refine
from app.standing.group_names import NO_GROUP, Groups, name_groups
from app.standing.opinion_map import OpinionMap, draw_opinion_map
from app.standing.vote_table import Floats, VoteTable

MATHEMATICS_VERSION = 2  # Raised with every change that can give other numbers for the same votes.
ENOUGH_VOTES = 7  # Whoever cast fewer stands on the map, but is in no group.
FEWEST_GROUPED = 15  # Where fewer cast that many, the most active are grouped all the same.
WINS_BEFORE_CHANGE = 3  # Runs in a row that another number of groups has to win, so that groups do not flicker.


@dataclass(frozen=True, slots=True)
class GroupCount:
    """How many groups are shown, and which number won the last `wins` runs instead. Kept between runs."""

    held: int
    challenger: int
    wins: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Previous:
    """What the next run takes over from a run: each person's group then (people,), numbered from 1, 0 for none and for
    people who were not there, at the people's indexes of the *new* vote table; and the state of the number of groups.
    """

    groups: Groups
    count: GroupCount


@dataclass(frozen=True, eq=False, slots=True)
class OpinionGroups:
    """`groups` (people,): the number of each person's group, from 1, or 0 for none. `numbers` (k,), in a first run the
    larger group first; `sizes` and `centers` (k, 2) are in their order. `silhouettes`: the mean one for each number of
    groups that was possible. k is 1 where people cannot be told apart: nothing is said of groups then.
    """

    map: OpinionMap
    groups: Groups
    numbers: tuple[int, ...]
    sizes: tuple[int, ...]
    centers: Floats
    silhouettes: Mapping[int, float]
    count: GroupCount
    mathematics_version: int = MATHEMATICS_VERSION

    @property
    def has_groups(self) -> bool:
        return len(self.numbers) > 1


def find_opinion_groups(votes: VoteTable, previous: Previous | None = None) -> OpinionGroups:
    """The map, and the groups on it. Without `previous` it depends on the votes alone; never raises, never gives NaN.
    Ask `measure_stability` whether the groups mean anything.
    """
    opinion_map = draw_opinion_map(votes)
    grouped = who_is_grouped(votes)
    places = opinion_map.places[grouped]
    possible = cluster(places)
    count = settle_count(best_count(possible), possible, previous.count if previous else None)
    centers = places.mean(axis=0, keepdims=True) if len(places) else np.zeros((1, 2))
    if count.held > 1:
        centers = refine(places, possible[count.held].centers)
    found = nearest(places, centers)
    before = previous.groups[grouped] if previous else np.zeros(len(found), np.int8)
    names = name_groups(found, len(centers), before)
    order = np.argsort(names)
    groups = np.full(votes.people, NO_GROUP, np.int8)
    groups[grouped] = names[found]
    return OpinionGroups(
        map=opinion_map,
        groups=groups,
        numbers=tuple(names[order].tolist()),
        sizes=tuple(np.bincount(found, minlength=len(centers))[order].tolist()),
        centers=centers[order],
        silhouettes={number: each.silhouette for number, each in possible.items()},
        count=count,
    )


def who_is_grouped(votes: VoteTable) -> NDArray[np.intp]:
    """Indexes of the people with at least `ENOUGH_VOTES` votes (or one for each statement, if there are fewer), in
    order; if those are fewer than `FEWEST_GROUPED`, the most active up to that many.
    """
    cast = votes.votes_by_person()
    enough = np.flatnonzero(cast >= max(1, min(ENOUGH_VOTES, votes.statements)))
    if len(enough) >= FEWEST_GROUPED:
        return enough
    most_active = np.argsort(-cast, kind="stable")[:FEWEST_GROUPED]
    return np.sort(most_active[cast[most_active] > 0])


def best_count(possible: Mapping[int, Clustering]) -> int:
    """The number of groups with the best silhouette, the smallest of equal ones; 1 where none is possible."""
    return max(possible, key=lambda count: (possible[count].silhouette, -count), default=1)


def settle_count(best: int, possible: Collection[int], previous: GroupCount | None) -> GroupCount:
    """Hold the number of groups until another one has won `WINS_BEFORE_CHANGE` runs in a row, or it is not possible."""
    if previous is None or (previous.held != best and previous.held not in possible):
        return GroupCount(best, best)
    if best == previous.held:
        return GroupCount(best, best)
    wins = previous.wins + 1 if best == previous.challenger else 1
    return GroupCount(best, best) if wins >= WINS_BEFORE_CHANGE else GroupCount(previous.held, best, wins)

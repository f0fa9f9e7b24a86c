"""Clusters of points in the plane: k-means for several k, with a least size, judged by silhouette."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.standing.vote_table import Floats

FEWEST_CLUSTERS, MOST_CLUSTERS = 2, 5
PEOPLE_PER_FURTHER_CLUSTER = 12  # k is never more than 2 + n / 12.
SMALLEST_CLUSTER, SMALLEST_SHARE = 3, 0.02  # A group is neither a person nor a couple, nor 1 in 100.
_SEED = 20_261
_STARTS = 6
_ROUNDS = 4  # How often points in too small clusters are set aside before a start is given up.
_MOST_STEPS = 40
_POINTS_WITHOUT_BINS = 400
_BINS_ACROSS = 30
_EXACT_STEPS = 5

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Clustering:
    """`centers` (k, 2); `silhouette`, the mean over all points, in [−1, 1]."""

    centers: Floats
    silhouette: float


@dataclass(frozen=True, eq=False, slots=True)
class WeightedPoints:
    """`points` (b, 2), each standing for `weights` (b,) people; `smallest` is the least weight of a cluster."""

    points: Floats
    weights: Floats
    smallest: float


def possible_counts(people: int) -> range:
    return range(FEWEST_CLUSTERS, min(MOST_CLUSTERS, int(FEWEST_CLUSTERS + people / PEOPLE_PER_FURTHER_CLUSTER)) + 1)


def cluster(places: Floats, counts: Iterable[int] | None = None) -> dict[int, Clustering]:
    """For each k (of `counts`, or all that n allows) that gives clusters of the least size, the best of several starts.
    `places` (n, 2) in any order. None is possible where all stand in one place.

    More than 400 points are first gathered in squares of a grid, which are then weighted points.
    """
    if len(places) == 0 or bool((places == places[0]).all()):
        return {}
    gathered = gather(places)
    apart = _distances(gathered.points)
    found: dict[int, Clustering] = {}
    for count in possible_counts(len(places)) if counts is None else counts:
        centers = find_centers(gathered, count)
        if centers is not None:
            labels = nearest(gathered.points, centers)
            found[count] = Clustering(centers, _silhouette(apart, gathered.weights, labels, count))
    return found


def gather(places: Floats) -> WeightedPoints:
    """In an order that depends on the places alone, so that nobody's number decides about a start."""
    smallest = max(SMALLEST_CLUSTER, SMALLEST_SHARE * len(places))
    if len(places) <= _POINTS_WITHOUT_BINS:
        ordered = places[np.lexsort((places[:, 1], places[:, 0]))]
        return WeightedPoints(ordered, np.ones(len(places)), smallest)
    low = places.min(axis=0)
    side = max(float((places.max(axis=0) - low).max()), np.finfo(float).tiny) / _BINS_ACROSS
    column, row = np.minimum((places - low) // side, _BINS_ACROSS - 1).astype(np.int64).T
    square = column * _BINS_ACROSS + row
    weights = np.bincount(square)
    filled = np.flatnonzero(weights)
    sums = [np.bincount(square, places[:, axis])[filled] for axis in (0, 1)]
    return WeightedPoints(np.stack(sums, axis=1) / weights[filled, np.newaxis], weights[filled].astype(float), smallest)


def nearest(points: Floats, centers: Floats) -> Labels:
    """(n,): for each point the index of its nearest center, the first of equally near ones."""
    labels: Labels = np.argmin(_nearness(points, centers), axis=1)
    return labels


def refine(places: Floats, centers: Floats) -> Floats:
    """Lloyd's steps on all points, after centers were found on gathered ones. Kept where no cluster gets too small."""
    smallest = max(SMALLEST_CLUSTER, SMALLEST_SHARE * len(places))
    refined = centers
    for _ in range(_EXACT_STEPS):
        labels = nearest(places, refined)
        sizes = np.bincount(labels, minlength=len(centers))
        if sizes.min() < smallest:
            return centers
        sums = [np.bincount(labels, places[:, axis], len(centers)) for axis in (0, 1)]
        refined = np.stack(sums, axis=1) / sizes[:, np.newaxis]
    is_large_enough = np.bincount(nearest(places, refined), minlength=len(centers)).min() >= smallest
    return refined if is_large_enough else centers


def find_centers(gathered: WeightedPoints, count: int) -> Floats | None:
    """Centers (count, 2) of the start with the least sum of squares; none where every start leaves a small cluster.

    A lone point far out would take a center for itself. Points of too small clusters are therefore set aside, centers
    are found for the rest, and everybody then belongs to the nearest.
    """
    points, weights = gathered.points, gathered.weights
    random = np.random.default_rng([_SEED, count])
    considered = np.tile(weights, (_STARTS, 1))
    centers = np.zeros((_STARTS, count, 2))
    unsettled = np.arange(_STARTS)
    for _ in range(_ROUNDS):
        centers[unsettled] = _lloyd(
            points, considered[unsettled], _spread(points, considered[unsettled], count, random)
        )
        labels = _labels(points, centers)
        is_small = _sizes(labels, np.tile(weights, (_STARTS, 1)), count) < gathered.smallest
        unsettled = np.flatnonzero(is_small.any(axis=1))
        if len(unsettled) == 0:
            break
        for start in unsettled:
            considered[start, is_small[start][labels[start]]] = 0
    costs = [_cost(gathered, each) for each in centers]
    costs = [np.inf if start in unsettled else cost for start, cost in enumerate(costs)]
    best = int(np.argmin(costs))
    return centers[best] if np.isfinite(costs[best]) else None


def _spread(points: Floats, weights: Floats, count: int, random: np.random.Generator) -> Floats:
    """Starts (starts, count, 2) after k-means++ (Arthur and Vassilvitskii 2007): each further center is drawn with a
    chance that grows with the squared distance to those there are. `weights` (starts, b).
    """
    centers = np.zeros((len(weights), count, 2))
    closest = np.full(weights.shape, np.inf)
    chances = weights
    for place in range(count):
        centers[:, place] = points[_draw(chances, random)]
        squares = ((points[np.newaxis] - centers[:, place, np.newaxis]) ** 2).sum(axis=2)
        closest = np.minimum(closest, squares)
        chances = weights * closest
    return centers


def _draw(chances: Floats, random: np.random.Generator) -> NDArray[np.int64]:
    """One index per row, by its chances."""
    summed = np.cumsum(chances, axis=1)
    thresholds = random.random((len(chances), 1)) * summed[:, -1:]
    drawn: Labels = np.minimum((summed <= thresholds).sum(axis=1), chances.shape[1] - 1)
    return drawn


def _lloyd(points: Floats, weights: Floats, centers: Floats) -> Floats:
    """Lloyd's steps for all starts at once, until no point changes its cluster. `weights` (starts, b)."""
    count = centers.shape[1]
    before: Labels | None = None
    for _ in range(_MOST_STEPS):
        labels = _labels(points, centers)
        if before is not None and np.array_equal(before, labels):
            break
        before = labels
        sizes = _sizes(labels, weights, count)
        sums = [_sizes(labels, weights * points[:, axis], count) for axis in (0, 1)]
        moved = np.stack(sums, axis=2) / np.maximum(sizes, np.finfo(float).tiny)[:, :, np.newaxis]
        centers = np.where((sizes > 0)[:, :, np.newaxis], moved, centers)
    return centers


def _labels(points: Floats, centers: Floats) -> Labels:
    """(starts, b)."""
    starts, count, _ = centers.shape
    nearness = _nearness(points, centers.reshape(starts * count, 2))
    labels: Labels = np.argmin(nearness.reshape(len(points), starts, count), axis=2).T
    return labels


def _sizes(labels: Labels, weights: Floats, count: int) -> Floats:
    """(starts, count): the weights summed over each cluster of each start."""
    starts = len(labels)
    flat = labels + np.arange(starts)[:, np.newaxis] * count
    sizes = np.bincount(flat.ravel(), weights.ravel(), starts * count)
    return sizes.reshape(starts, count).astype(np.float64)


def _nearness(points: Floats, centers: Floats) -> Floats:
    """(n, k): the squared distance, less what is the same for all centers."""
    across, up = points.T[:, :, np.newaxis]
    nearness: Floats = (centers[:, 0] - 2 * across) * centers[:, 0] + (centers[:, 1] - 2 * up) * centers[:, 1]
    return nearness


def _cost(gathered: WeightedPoints, centers: Floats) -> float:
    squares = ((gathered.points[:, np.newaxis] - centers[np.newaxis]) ** 2).sum(axis=2)
    return float(gathered.weights @ squares.min(axis=1))


def _distances(points: Floats) -> Floats:
    across, up = points.T
    apart: Floats = np.sqrt((across[:, np.newaxis] - across) ** 2 + (up[:, np.newaxis] - up) ** 2)
    return apart


def _silhouette(apart: Floats, weights: Floats, labels: Labels, count: int) -> float:
    """Rousseeuw 1987, over weighted points: (b − a) / max(a, b), a the mean distance to the others of one's cluster, b
    to those of the nearest other cluster; 0 for who is alone.
    """
    member = np.zeros((len(labels), count))
    member[np.arange(len(labels)), labels] = weights
    sums, sizes = np.einsum("ij,jk->ik", apart, member), member.sum(axis=0)
    places = np.arange(len(labels))
    others = sizes[labels] - 1
    own = sums[places, labels] / np.maximum(others, 1)
    means = sums / np.maximum(sizes, 1)
    means[places, labels] = np.inf
    other = means.min(axis=1)
    widest = np.maximum(own, other)
    scores = np.where((others > 0) & (widest > 0), (other - own) / np.where(widest > 0, widest, 1), 0.0)
    return float(np.average(scores, weights=weights))

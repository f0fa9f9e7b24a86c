"""A plane on which people who vote alike stand near each other: the two main directions of their votes (PCA).

The matrix of people and statements is never filled in: a vote that was not cast takes the statement's mean, which is
0 once the mean is taken away, so the centred matrix is as sparse as the votes.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from app.standing.vote_table import Floats, VoteTable

DIMENSIONS = 2
_SEED = 20_260  # Of the start vector: the same votes give the same picture.
_DENSE_SIDE = 48  # Up to this many people or statements their products are few enough for an exact solution.
_TOLERANCE = 1e-7  # Of the eigenvalues, relative; the places of people are then exact to more than a pixel.
_LANCZOS_VECTORS = 24
_MOST_RESTARTS = 300
_NOTHING = 1e-10  # Variance that is less than this share of all is rounding.


@dataclass(frozen=True, eq=False, slots=True)
class OpinionMap:
    """`places` (people, 2): where each stands; people without votes stand at 0. `means` (statements,). `loadings`
    (statements, 2): the directions, of length 1, or 0 where the votes have no such direction. `explained` (2,): each
    direction's share of the variance, in [0, 1]. `extremity` (statements,), ≥ 0: how far a statement sets apart.
    """

    places: Floats
    means: Floats
    loadings: Floats
    explained: Floats
    extremity: Floats


def draw_opinion_map(votes: VoteTable) -> OpinionMap:
    """Principal components with the scaling of Polis (Small et al. 2021): a person with few votes is moved outwards by
    sqrt(statements / votes), as what they did not vote on would else pull them to the middle.
    """
    means = votes.means()
    centred = _centred(votes, means)
    loadings, variances = _main_directions(centred)
    total = max(float(centred.data @ centred.data), np.finfo(float).tiny)
    scale = np.sqrt(votes.statements / np.maximum(votes.votes_by_person(), 1))
    return OpinionMap(
        places=(centred @ loadings) * scale[:, np.newaxis],
        means=means,
        loadings=loadings,
        explained=np.minimum(variances / total, 1.0),
        extremity=np.sqrt(votes.statements) * np.abs(1 - means) * np.hypot(loadings[:, 0], loadings[:, 1]),
    )


def _centred(votes: VoteTable, means: Floats) -> sparse.csr_array:
    starts = np.concatenate([[0], np.cumsum(votes.votes_by_person())]).astype(np.int32)
    values = votes.sign - means[votes.statement]
    return sparse.csr_array((values, votes.statement, starts), shape=(votes.people, votes.statements))


def _main_directions(centred: sparse.csr_array) -> tuple[Floats, Floats]:
    """Loadings (statements, 2) and the variance along each, summed over people, the larger first."""
    people, statements = centred.shape
    loadings, variances = np.zeros((statements, DIMENSIONS)), np.zeros(DIMENSIONS)
    total = float(centred.data @ centred.data)
    if total <= _NOTHING:
        return loadings, variances
    if min(people, statements) <= _DENSE_SIDE:
        found, directions = _exact(centred)
    else:
        found, directions = _iterated(centred)
    for place, largest in enumerate(np.argsort(-found, kind="stable")[:DIMENSIONS]):
        if found[largest] > _NOTHING * total:
            variances[place] = found[largest]
            loadings[:, place] = _signed(directions[:, largest])
    return loadings, variances


def _exact(centred: sparse.csr_array) -> tuple[Floats, Floats]:
    """Eigenvalues and directions (statements, …) by the products of people or of statements, whichever are fewer."""
    people, statements = centred.shape
    if statements <= people:
        found, directions = np.linalg.eigh((centred.T @ centred).toarray())
        return found, directions
    found, of_people = np.linalg.eigh((centred @ centred.T).toarray())
    found, of_people = found[-DIMENSIONS:], of_people[:, -DIMENSIONS:]
    directions = centred.T @ of_people
    return found, directions / np.maximum(np.linalg.norm(directions, axis=0), np.finfo(float).tiny)


def _iterated(centred: sparse.csr_array) -> tuple[Floats, Floats]:
    """Lanczos from a fixed start, on the product of the matrix with itself, which is never formed."""
    statements = centred.shape[1]
    random = np.random.default_rng(_SEED)
    transposed = centred.T
    squared = LinearOperator(
        (statements, statements), matvec=lambda vector: transposed @ (centred @ vector), dtype=np.float64
    )
    start = random.standard_normal(statements)
    try:
        found, directions = eigsh(
            squared, DIMENSIONS, v0=start, ncv=_LANCZOS_VECTORS, tol=_TOLERANCE, maxiter=_MOST_RESTARTS, rng=random
        )
    except ArpackNoConvergence:  # Many directions of nearly the same variance.
        return _exact(centred)
    return found, directions


def _signed(direction: Floats) -> Floats:
    """Of the two signs the one in which the largest loading is positive; of equal ones the first decides."""
    sizes = np.abs(direction)
    decisive = int(np.argmax(sizes >= sizes.max() * (1 - 1e-6)))
    return direction if direction[decisive] > 0 else -direction

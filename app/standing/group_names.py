"""Numbers for groups that stay with them from run to run."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Groups = NDArray[np.int8]

NO_GROUP = 0


def name_groups(found: NDArray[np.int64], count: int, before: Groups) -> NDArray[np.int64]:
    """(count,): for each cluster its number, from 1. `found` (n,): the clusters now, 0 … count − 1. `before` (n,): the
    numbers that the same people had, or 0.

    Clusters keep the numbers with which they share the most people in total (an assignment problem). The others get
    the smallest numbers that nothing had, the larger cluster first, so that a number never passes to other people.
    """
    sizes = np.bincount(found, minlength=count)
    taken = int(before.max(initial=NO_GROUP))
    shared = np.zeros((count, taken + 1), np.int64)
    np.add.at(shared, (found, before), 1)
    names = np.zeros(count, np.int64)
    for cluster, number in zip(*linear_sum_assignment(-shared[:, 1:]), strict=True):
        names[cluster] = number + 1 if shared[cluster, number + 1] else NO_GROUP
    used = {*before.tolist(), *names.tolist()}
    free = [number for number in range(1, count + len(used) + 1) if number not in used]
    for cluster in np.argsort(-sizes, kind="stable"):
        if names[cluster] == NO_GROUP:
            names[cluster] = free.pop(0)
    return names

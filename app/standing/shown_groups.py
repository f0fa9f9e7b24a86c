"""Of which groups something is said: whatever is told of few people can be told of each of them."""

import numpy as np

from app.standing.opinion_groups import OpinionGroups
from app.standing.vote_table import VoteTable

FEWEST_SHOWN = 5  # People whose votes are shown apart; of fewer, one could guess who voted how.


def choose_shown(votes: VoteTable, found: OpinionGroups, *, are_reliable: bool) -> tuple[int, ...]:
    """Numbers of groups, two or more, or none. Where a group is too small, so may be what is left when the others are
    taken from all: then the smallest of the others is not shown either.
    """
    if not (found.has_groups and are_reliable):
        return ()
    by_size = sorted(zip(found.sizes, found.numbers, strict=True))
    large = [(size, number) for size, number in by_size if size >= FEWEST_SHOWN]
    left = int(np.count_nonzero(votes.votes_by_person())) - sum(size for size, _ in large)
    if len(large) < len(by_size) and left < FEWEST_SHOWN:
        large = large[1:]
    shown = {number for _, number in large}
    return tuple(number for number in found.numbers if number in shown) if len(shown) > 1 else ()

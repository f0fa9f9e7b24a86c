"""Nothing is said of few people, neither of a small group nor of what the others leave."""

from dataclasses import replace

import numpy as np
import pytest

from app.standing.opinion_groups import OpinionGroups, find_opinion_groups
from app.standing.shown_groups import choose_shown
from app.standing.vote_table import VoteTable, make_vote_table


def voted(people: int) -> VoteTable:
    return make_vote_table(range(people), [0] * people, [1] * people, people, 1)


def groups_of(*sizes: int) -> OpinionGroups:
    found = find_opinion_groups(voted(sum(sizes)))
    numbers = tuple(range(1, len(sizes) + 1))
    return replace(found, numbers=numbers, sizes=sizes, groups=np.repeat(numbers, sizes).astype(np.int8))


@pytest.mark.parametrize(
    ("sizes", "in_none", "shown"),
    [
        ((20, 18, 5), 0, (1, 2, 3)),
        ((20, 18), 2, (1, 2)),  # Who cast few votes is in no group: all groups are large, so all are shown.
        ((20, 18, 4), 1, (1, 2)),  # With the one in no group, five are left.
        ((20, 18, 9, 4), 0, (1, 2)),  # All less the three large ones would be the small one.
        ((20, 18, 4), 0, ()),
        ((20, 4), 30, ()),  # One group alone is no comparison.
    ],
)
def test_groups_are_shown_where_five_stand_on_every_side(
    sizes: tuple[int, ...], in_none: int, shown: tuple[int, ...]
) -> None:
    assert choose_shown(voted(sum(sizes) + in_none), groups_of(*sizes), are_reliable=True) == shown


def test_groups_that_are_not_reliable_are_not_shown() -> None:
    assert choose_shown(voted(40), groups_of(20, 20), are_reliable=False) == ()

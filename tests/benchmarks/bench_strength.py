"""One vote in a tree of 20,000 arguments, without a database, against computing the whole tree."""

import time
from dataclasses import replace
from random import Random
from statistics import median

import pytest

from app.models import Relation
from app.standing.strength import Semantics
from app.standing.strength_tree import RatedArgument, StrengthTree

ARGUMENTS = 20_000
FIRST_LEVEL = 40
PEOPLE = 400
VOTES = 5_000


def make_tree(random: Random) -> list[RatedArgument]:
    """Each reply goes to any earlier argument: some have many replies, some chains are 30 long."""
    return [
        RatedArgument(
            id,
            parent_id=random.randrange(1, id) if id > FIRST_LEVEL else None,
            relation=random.choice(list(Relation)) if id > FIRST_LEVEL else None,
            author_id=random.randrange(PEOPLE),
            agree=random.randrange(20),
            disagree=random.randrange(10),
            passes=1,
        )
        for id in range(1, ARGUMENTS + 1)
    ]


@pytest.mark.parametrize("semantics", Semantics)
def test_a_vote(semantics: Semantics) -> None:
    random = Random(1)
    arguments = make_tree(random)
    began = time.process_time()
    tree = StrengthTree(arguments, semantics)
    whole = time.process_time() - began
    times, climbed = [], []
    for argument in random.choices(arguments, k=VOTES):
        before = tree[argument.id].argument
        after = replace(before, agree=before.agree + 1)
        began = time.perf_counter()
        changed = tree.update(after)
        times.append(time.perf_counter() - began)
        climbed.append(len(changed))
    times.sort()
    print(
        f"\n{semantics:<10} a vote among {ARGUMENTS:,}: median {1e6 * median(times):>5.1f} µs, p95"
        f" {1e6 * times[VOTES * 95 // 100]:>6.1f} µs, {median(climbed):.0f} arguments on the path | the whole tree"
        f" {1000 * whole:.0f} ms of processor time, {whole / median(times):,.0f} times as long  (aim: ≤ 50 µs)"
    )

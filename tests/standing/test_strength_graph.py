from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, base_score
from app.standing.strength_graph import Link, graph_strengths
from app.standing.strength_tree import RatedArgument, StrengthTree
from tests.standing.strategies import rated_trees

SUPPORT, REBUT, UNDERCUT = Relation.SUPPORT, Relation.REBUT, Relation.UNDERCUT

scores = st.lists(st.floats(0.05, 0.95), min_size=2, max_size=5)


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None, max_examples=40)
@given(arguments=rated_trees())
def test_on_a_tree_it_is_what_the_tree_gives(semantics: Semantics, arguments: list[RatedArgument]) -> None:
    """Each argument is by somebody else here, and the top has a link to a motion, which undercuts can attack."""
    motion = len(arguments)
    links = [
        Link(
            source=each.id - 1,
            target=motion if each.parent_id is None else each.parent_id - 1,
            relation=each.relation or SUPPORT,
            weight=0.0 if not each.is_listed else 1.0 if each.voters >= 3 else 0.5,
        )
        for each in arguments
    ]
    base = [*(base_score(each.agree, each.disagree) for each in arguments), 0.5]
    found = graph_strengths(base, links, semantics)
    tree = StrengthTree([replace(each, author_id=None) for each in arguments], semantics)
    assert found.has_settled
    assert found.strengths[:-1] == pytest.approx([tree.strength(each.id) for each in arguments], abs=1e-6)
    assert found.passed_on == pytest.approx([tree[each.id].passed_on for each in arguments], abs=1e-6)


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None, max_examples=40)
@given(scores)
def test_a_circle_of_attacks_comes_to_rest_where_the_formula_holds(semantics: Semantics, base: list[float]) -> None:
    links = [Link(place, (place + 1) % len(base), REBUT) for place in range(len(base))]
    found = graph_strengths(base, links, semantics)
    assert found.has_settled
    for place, score in enumerate(base):
        expected = FORMULAS[semantics].strength(score, [], [found.strengths[place - 1]])
        assert found.strengths[place] == pytest.approx(expected, abs=1e-6)


def test_an_undercut_scales_the_link_that_it_attacks() -> None:
    links = [Link(0, 1, SUPPORT), Link(2, 0, UNDERCUT), Link(3, 1, UNDERCUT)]
    found = graph_strengths([0.5] * 4, links)
    assert found.passed_on == pytest.approx([0.5 * (1 - 0.25), 0.25, 0.5])
    assert found.strengths[0] == 0.5


def test_two_that_attack_each_other_are_equally_weakened() -> None:
    found = graph_strengths([0.5, 0.5], [Link(0, 1, REBUT), Link(1, 0, REBUT)])
    assert found.strengths[0] == pytest.approx(found.strengths[1])
    assert 0.25 < found.strengths[0] < 0.5
    assert graph_strengths([], []).strengths == ()

from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.standing.strength import FORMULAS, Received, Semantics
from app.standing.strength_explained import ReplyShare, explain
from app.standing.strength_tree import RatedArgument, StrengthTree
from tests.standing.strategies import rated_trees


@settings(deadline=None)
@given(rated_trees())
def test_every_explanation_gives_what_the_whole_tree_gives(arguments: list[RatedArgument]) -> None:
    for semantics in Semantics:
        for node in (tree := StrengthTree(arguments, semantics)):
            why = explain(node.argument, Received.of(*(each.values() for each in node.shares)), tree.semantics)
            assert (why.base, why.strength, why.passed_on) == (node.base, node.strength, node.passed_on)
            assert why.base + why.step == pytest.approx(why.strength)


def test_other_formulas_are_given_the_same_replies() -> None:
    others = explain(RatedArgument(1, agree=2), Received.of((0.5,), (0.25, 0.5), ())).others
    assert others == {
        each: FORMULAS[each].strength(0.75, (0.5,), (0.25, 0.5)) for each in (Semantics.DF_QUAD, Semantics.EULER)
    }


def test_a_reply_counts_while_it_is_listed_and_no_stronger_one_of_its_author_stands_beside_it() -> None:
    reply = ReplyShare(2, "Claim.", None, 2, is_listed=True, strength=0.8, left=0.25, passed_on=0.1, outdone_by=None)
    assert reply.counts
    assert reply.weight == 0.5
    assert not replace(reply, outdone_by=3).counts
    assert not replace(reply, is_listed=False).counts

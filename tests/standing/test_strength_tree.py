from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Relation
from app.standing.strength import FORMULAS, Semantics, base_score
from app.standing.strength_tree import RatedArgument, StrengthTree
from tests.standing.strategies import counts, rated_trees

SUPPORT, REBUT, UNDERCUT = Relation.SUPPORT, Relation.REBUT, Relation.UNDERCUT


def reply(id: int, parent_id: int, relation: Relation, author_id: int | None = None) -> RatedArgument:
    """One that three people pass on, so that its base score is ½ and it counts in full."""
    return RatedArgument(id, parent_id, relation, author_id, passes=3)


TOP = RatedArgument(1, passes=3)


def strengths(tree: StrengthTree) -> dict[int, tuple[float, float]]:
    return {node.argument.id: (node.strength, node.passed_on) for node in tree}


def plain_strength(arguments: list[RatedArgument], id: int, semantics: Semantics) -> tuple[float, float]:
    """What the formulas say, read from the top down."""
    argument = next(each for each in arguments if each.id == id)
    strongest: dict[Relation, dict[object, float]] = {relation: {} for relation in Relation}
    for each in arguments:
        if each.parent_id == id and each.relation is not None:
            author = each.author_id or f"reply {each.id}"
            share = plain_strength(arguments, each.id, semantics)[1]
            strongest[each.relation][author] = max(share, strongest[each.relation].get(author, 0.0))
    supports, attacks = list(strongest[SUPPORT].values()), list(strongest[REBUT].values())
    strength = FORMULAS[semantics].strength(base_score(argument.agree, argument.disagree), supports, attacks)
    passed_on = strength if argument.is_listed else 0.0
    if argument.agree + argument.disagree + argument.passes < 3:
        passed_on /= 2
    for share in strongest[UNDERCUT].values():
        passed_on *= 1 - share
    return strength, passed_on


def test_a_rebuttal_weakens_and_a_support_strengthens() -> None:
    assert StrengthTree([TOP, reply(2, 1, REBUT)]).strength(1) == pytest.approx(0.4)
    assert StrengthTree([TOP, reply(2, 1, SUPPORT)]).strength(1) == pytest.approx(0.6)


def test_an_undercut_scales_the_step_above_and_leaves_its_argument_alone() -> None:
    tree = StrengthTree([TOP, reply(2, 1, SUPPORT), reply(3, 2, UNDERCUT)])
    assert tree.strength(2) == 0.5
    assert tree[2].passed_on == 0.25
    assert tree.strength(1) == pytest.approx(0.5 + 0.5 * 0.0625 / 1.0625)


def test_of_one_authors_replies_of_a_kind_the_strongest_counts() -> None:
    flood = [reply(id, 1, REBUT, author_id=7) for id in range(2, 30)]
    assert StrengthTree([TOP, *flood]).strength(1) == StrengthTree([TOP, flood[0]]).strength(1)
    assert StrengthTree([TOP, *flood, reply(30, 1, REBUT, author_id=8)]).strength(1) < 0.3
    other_kind = StrengthTree([TOP, *flood, reply(30, 1, SUPPORT, author_id=7)])
    assert other_kind.strength(1) == 0.5


def test_a_flood_of_thousands_costs_no_more_than_as_many_replies() -> None:
    flood = [reply(id, 1, REBUT, author_id=7) for id in range(2, 5_000)]
    tree = StrengthTree([TOP, *flood])
    assert tree.strength(1) == 0.4
    tree.update(replace(flood[5], agree=3))
    assert tree.strength(1) < 0.4
    tree.update(flood[5])
    assert tree.strength(1) == 0.4


def test_replies_without_an_author_all_count() -> None:
    assert StrengthTree([TOP, reply(2, 1, REBUT), reply(3, 1, REBUT)]).strength(1) == 0.25


def test_what_is_hidden_or_withdrawn_passes_nothing_on() -> None:
    tree = StrengthTree([TOP, replace(reply(2, 1, REBUT), is_listed=False)])
    assert (tree.strength(1), tree.strength(2)) == (0.5, 0.5)


def test_an_argument_that_two_people_voted_on_counts_half() -> None:
    tree = StrengthTree([TOP, replace(reply(2, 1, REBUT), passes=2)])
    assert tree.strength(1) == pytest.approx(0.5 - 0.5 * 0.0625 / 1.0625)


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None)
@given(arguments=rated_trees(), random=st.randoms(use_true_random=False))
def test_a_tree_is_computed_as_the_formulas_say_in_any_order(
    semantics: Semantics, arguments: list[RatedArgument], random: Random
) -> None:
    shuffled = random.sample(arguments, len(arguments))
    tree = StrengthTree(shuffled, semantics)
    for argument in arguments:
        expected = plain_strength(arguments, argument.id, semantics)
        assert (tree.strength(argument.id), tree[argument.id].passed_on) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("semantics", Semantics)
@settings(deadline=None)
@given(arguments=rated_trees(), data=st.data())
def test_changes_lead_to_what_a_full_computation_gives(
    semantics: Semantics, arguments: list[RatedArgument], data: st.DataObject
) -> None:
    start = data.draw(st.integers(1, len(arguments)))
    tree = StrengthTree(arguments[:start], semantics)
    for argument in arguments[start:]:
        tree.add(argument)
    for argument in data.draw(st.lists(st.sampled_from(arguments), max_size=6)):
        votes = {"agree": data.draw(counts), "disagree": data.draw(counts), "passes": data.draw(counts)}
        tree.update(replace(tree[argument.id].argument, **votes, is_listed=data.draw(st.booleans())))
    present = [tree[argument.id].argument for argument in arguments]
    anew = StrengthTree(data.draw(st.permutations(present)), semantics)
    assert strengths(tree) == strengths(anew)


def test_an_update_tells_what_it_computed_from_the_change_upwards() -> None:
    tree = StrengthTree([TOP, reply(2, 1, REBUT), reply(3, 2, REBUT), reply(4, 1, SUPPORT)])
    assert [node.argument.id for node in tree.update(replace(tree[3].argument, agree=5))] == [3, 2, 1]
    assert [node.argument.id for node in tree.update(tree[3].argument)] == [3]
    with pytest.raises(ValueError, match="cannot change its place"):
        tree.update(replace(tree[3].argument, parent_id=1))


def test_a_chain_of_ten_thousand_needs_no_recursion() -> None:
    chain = [TOP, *(reply(id, id - 1, REBUT) for id in range(2, 10_001))]
    tree = StrengthTree(reversed(chain))
    assert 0 < tree.strength(1) < 0.5
    tree.update(replace(chain[-1], agree=40))
    assert strengths(tree) == strengths(StrengthTree([*chain[:-1], replace(chain[-1], agree=40)]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([TOP, TOP], "twice"),
        ([TOP, replace(TOP, id=2, relation=REBUT)], "needs both"),
        ([TOP, RatedArgument(2, parent_id=1)], "needs both"),
        ([reply(2, 1, REBUT)], "hangs from no"),
        ([TOP, reply(2, 3, REBUT), reply(3, 2, REBUT)], "hangs from no"),
    ],
)
def test_what_is_no_tree_is_refused(arguments: list[RatedArgument], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StrengthTree(arguments)
    with pytest.raises(ValueError, match="parent of argument 2 is not there"):
        StrengthTree([TOP]).add(reply(2, 5, REBUT))


def test_no_argument_no_strength() -> None:
    assert strengths(StrengthTree([])) == {}

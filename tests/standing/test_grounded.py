from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import Relation
from app.standing.grounded import Label, PlacedArgument, Standing, Step, label_graph, standings
from app.standing.strength_tree import RatedArgument
from tests.standing.strategies import rated_trees

SUPPORT, REBUT, UNDERCUT = Relation.SUPPORT, Relation.REBUT, Relation.UNDERCUT
IN, OUT, UNDECIDED = Label.IN, Label.OUT, Label.UNDECIDED
TOP = PlacedArgument(1)

graphs = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.builds(Step, st.integers(0, n - 1), st.integers(0, n - 1), is_given_up=st.booleans()), max_size=10),
    )
)


def unanswered(*arguments: PlacedArgument) -> list[int]:
    return [id for id, standing in standings([TOP, *arguments]).items() if standing is Standing.UNANSWERED]


def test_an_argument_stands_until_it_is_rebutted_and_again_when_the_rebuttal_is() -> None:
    rebuttal, answer = PlacedArgument(2, 1, REBUT), PlacedArgument(3, 2, REBUT)
    assert unanswered() == [1]
    assert unanswered(rebuttal) == [2]
    assert unanswered(rebuttal, answer) == [1, 3]


def test_a_support_answers_nothing() -> None:
    assert unanswered(PlacedArgument(2, 1, SUPPORT)) == [1, 2]
    assert unanswered(PlacedArgument(2, 1, REBUT), PlacedArgument(3, 2, SUPPORT)) == [2, 3]


def test_an_undercut_answers_the_step_and_so_frees_what_it_attacked() -> None:
    rebuttal, undercut = PlacedArgument(2, 1, REBUT), PlacedArgument(3, 2, UNDERCUT)
    assert unanswered(rebuttal, undercut) == [1, 3]
    assert unanswered(rebuttal, undercut, PlacedArgument(4, 3, UNDERCUT)) == [2, 4]
    assert unanswered(PlacedArgument(2, 1, UNDERCUT)) == [2]


@pytest.mark.parametrize("given_up", ["is_hidden", "is_withdrawn", "is_conceded"])
def test_what_is_given_up_answers_nothing(given_up: str) -> None:
    assert 1 in unanswered(replace(PlacedArgument(2, 1, REBUT), **{given_up: True}))


def test_conceded_and_withdrawn_are_said_so() -> None:
    found = standings(
        [TOP, PlacedArgument(2, 1, REBUT, is_conceded=True), PlacedArgument(3, 1, REBUT, is_withdrawn=True)]
    )
    assert found == {1: Standing.UNANSWERED, 2: Standing.CONCEDED, 3: Standing.WITHDRAWN}


def test_a_long_chain_alternates() -> None:
    chain = [TOP, *(PlacedArgument(id, id - 1, REBUT) for id in range(2, 10_001))]
    found = standings(reversed(chain))
    assert (found[10_000], found[9_999], found[1]) == (Standing.UNANSWERED, Standing.ANSWERED, Standing.ANSWERED)


def test_circles_stay_undecided_until_somebody_breaks_them() -> None:
    circle = [Step(0, rebuts=1), Step(1, rebuts=0)]
    assert label_graph(2, circle)[0] == [UNDECIDED, UNDECIDED]
    assert label_graph(1, [Step(0, rebuts=0)])[0] == [UNDECIDED]
    assert label_graph(3, [*circle, Step(2, rebuts=0)])[0] == [OUT, IN, IN]
    assert label_graph(3, [*circle, Step(2, undercuts=0)]) == ([OUT, IN, IN], [OUT, IN, IN])
    assert label_graph(0, []) == ([], [])


@settings(deadline=None)
@given(graphs)
def test_labels_are_the_least_that_agree_with_the_definition(graph: tuple[int, list[Step]]) -> None:
    count, steps = graph
    attacks = [(step.source, step.rebuts) for step in steps if not step.is_given_up]
    expected: dict[int, Label] = {}
    while True:
        new = {
            point: IN if all(expected.get(source) is OUT for source in against) else OUT
            for point in range(count)
            if point not in expected
            and (against := [source for source, target in attacks if target == point]) is not None
            and (
                all(expected.get(source) is OUT for source in against)
                or any(expected.get(source) is IN for source in against)
            )
        }
        if not new:
            break
        expected |= new
    assert label_graph(count, steps)[0] == [expected.get(point, UNDECIDED) for point in range(count)]


@settings(deadline=None)
@given(rated_trees())
def test_nothing_in_a_tree_is_undecided(arguments: list[RatedArgument]) -> None:
    steps = [
        Step(
            argument.id - 1,
            rebuts=argument.parent_id - 1 if argument.parent_id and argument.relation is REBUT else None,
            undercuts=argument.parent_id - 1 if argument.parent_id and argument.relation is UNDERCUT else None,
        )
        for argument in arguments
    ]
    labels, step_labels = label_graph(len(arguments), steps)
    assert UNDECIDED not in {*labels, *step_labels}

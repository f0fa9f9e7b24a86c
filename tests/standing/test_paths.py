"""Settling the path of what changed gives what computing the whole tree gives, to the last bit."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from app.models import Relation
from app.standing.paths import Kept, settle
from app.standing.strength_tree import RatedArgument, StrengthTree


@dataclass
class Debate:
    """Arguments as rows keep them, with what is due."""

    rows: dict[int, Kept] = field(default_factory=dict)
    due: set[int] = field(default_factory=set)

    def add(self, argument: RatedArgument) -> None:
        depth = self.rows[argument.parent_id].depth + 1 if argument.parent_id else 0
        self.rows[argument.id] = Kept(argument, depth, False, 0.5, 0.25, holds=True, reaches=True)
        self.due.add(argument.id)

    def change(self, id: int, **values: object) -> None:
        row = self.rows[id]
        conceded = bool(values.pop("is_conceded", row.is_conceded))
        self.rows[id] = replace(row, argument=replace(row.argument, **values), is_conceded=conceded)
        self.due.add(id)

    def settle_due(self) -> None:
        ids = set(self.due)
        for id in self.due:
            while (id := self.rows[id].argument.parent_id or 0) and id not in ids:
                ids.add(id)
        near = [row for row in self.rows.values() if {row.argument.id, row.argument.parent_id} & ids]
        for row in settle(near, ids):
            self.rows[row.argument.id] = row
        self.due.clear()


COUNTS = st.integers(0, 6)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reply"), st.integers(0, 99), st.sampled_from(Relation), st.sampled_from([None, 1, 2])),
        st.tuples(st.just("vote"), st.integers(0, 99), COUNTS, COUNTS),
        st.tuples(st.just("list"), st.integers(0, 99), st.booleans(), st.booleans()),
        st.tuples(st.just("settle"), st.just(0), st.just(0), st.just(0)),
    ),
    max_size=30,
)


def play(steps: list[tuple[str, int, object, object]]) -> Debate:
    debate = Debate()
    debate.add(RatedArgument(1))
    for kind, place, one, other in steps:
        id = 1 + place % len(debate.rows)
        if kind == "reply":
            debate.add(RatedArgument(len(debate.rows) + 1, id, one, other))  # type: ignore[arg-type]
        elif kind == "vote":
            debate.change(id, agree=one, disagree=other)
        elif kind == "list":
            debate.change(id, is_listed=one, is_conceded=other)
        else:
            debate.settle_due()
    debate.settle_due()
    return debate


@given(STEPS)
def test_paths_give_the_strengths_of_the_whole_tree(steps: list[tuple[str, int, object, object]]) -> None:
    debate = play(steps)
    tree = StrengthTree(row.argument for row in debate.rows.values())
    assert {id: row.strength for id, row in debate.rows.items()} == {node.argument.id: node.strength for node in tree}
    assert {id: row.passed_on for id, row in debate.rows.items()} == {node.argument.id: node.passed_on for node in tree}


@given(STEPS)
def test_paths_give_the_labels_of_the_whole_tree(steps: list[tuple[str, int, object, object]]) -> None:
    debate = play(steps)
    whole = {row.argument.id: row for row in settle(debate.rows.values(), debate.rows)}
    assert debate.rows == whole


def test_a_rebuttal_that_is_rebutted_takes_nothing_away() -> None:
    debate = Debate()
    for id, relation in ((1, None), (2, Relation.REBUT), (3, Relation.REBUT)):
        debate.add(RatedArgument(id, id - 1 or None, relation))
    debate.settle_due()
    assert [row.holds for row in debate.rows.values()] == [True, False, True]
    debate.change(3, is_listed=False)
    debate.settle_due()
    assert [row.holds for row in debate.rows.values()] == [False, True, True]


def test_an_undercut_takes_the_step_and_leaves_the_claim() -> None:
    debate = Debate()
    for id, relation in ((1, None), (2, Relation.REBUT), (3, Relation.UNDERCUT)):
        debate.add(RatedArgument(id, id - 1 or None, relation))
    debate.settle_due()
    assert [(row.holds, row.reaches) for row in debate.rows.values()] == [(True, True), (True, False), (True, True)]


def test_what_is_conceded_does_not_hold() -> None:
    debate = Debate()
    debate.add(RatedArgument(1))
    debate.change(1, is_conceded=True)
    debate.settle_due()
    assert not debate.rows[1].holds

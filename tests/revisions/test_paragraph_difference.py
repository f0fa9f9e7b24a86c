"""A new wording against the old one, paragraph by paragraph."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.revisions.paragraph_difference import ComparedParagraph, compare_paragraphs, count_changes

OLD = ("The mill should stay.", "It feeds the town.", "Nobody has measured the river.")


def changes(new: tuple[str, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(one.change, one.old, one.new) for one in compare_paragraphs(OLD, new)]


def test_equal_wordings_have_nothing_to_show() -> None:
    (same,) = compare_paragraphs(OLD, OLD)
    assert (same.change, same.count) == ("same", 3)


def test_a_changed_paragraph_is_compared_with_what_it_was() -> None:
    new = (OLD[0], "It fed the town.", OLD[2])
    assert changes(new) == [("same", 1, 1), ("changed", 2, 2), ("same", 3, 3)]
    assert "<del>feeds</del><ins>fed</ins>" in compare_paragraphs(OLD, new)[1].html


def test_paragraphs_come_and_go() -> None:
    assert changes(("Xylophones!", *OLD[1:])) == [("removed", 1, None), ("added", None, 1), ("same", 2, 2)]
    assert changes(OLD[:2]) == [("same", 1, 1), ("removed", 3, None)]


def test_markup_in_an_essay_is_text() -> None:
    shown = compare_paragraphs(("<b>old</b> words here",), ("<b>new</b> words here",))
    assert "<b>" not in shown[0].html


MARKET = "The market stands on the other side of the river, where the road from the hills comes down."


def test_a_paragraph_that_went_elsewhere_has_moved_and_those_that_it_passed_have_not() -> None:
    compared = compare_paragraphs((MARKET, *OLD), (*OLD, MARKET))
    assert [(one.change, one.old, one.new, one.count) for one in compared] == [("same", 2, 1, 3), ("moved", 1, 4, 1)]
    assert not compared[1].is_reworded
    assert "<ins>" not in compared[1].html


def test_a_paragraph_can_move_and_change_at_once() -> None:
    moved = MARKET.replace("other side", "far bank")
    (_, found) = compare_paragraphs((MARKET, *OLD), (*OLD, moved))
    assert (found.change, found.old, found.new, found.is_reworded) == ("moved", 1, 4, True)
    assert "<ins>" in found.html


PARAGRAPHS = st.lists(st.sampled_from([*OLD, "The mill must stay.", MARKET, "x", "1 < 2"]), max_size=8).map(tuple)


@given(PARAGRAPHS, PARAGRAPHS)
def test_every_paragraph_of_both_wordings_is_there_once_and_all_but_the_moved_in_order(
    old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    compared = compare_paragraphs(old, new)
    steady = [one for one in compared if one.change != "moved"]
    assert numbers([one.new for one in compared], compared) == list(range(1, len(new) + 1))
    assert sorted(numbers([one.old for one in compared], compared)) == list(range(1, len(old) + 1))
    in_place = numbers([one.old for one in steady], steady)
    assert in_place == sorted(in_place)
    counts = count_changes(compared)
    assert counts["same"] + counts["changed"] + counts["moved"] + counts["added"] == len(new)
    assert all(one.is_reworded or one.change != "changed" for one in compared)


def numbers(firsts: list[int | None], compared: Sequence[ComparedParagraph]) -> list[int]:
    """With those of the paragraphs that are folded."""
    pairs = zip(firsts, compared, strict=True)
    return [first + step for first, one in pairs if first is not None for step in range(one.count)]

"""A new wording against the old one, paragraph by paragraph."""

from hypothesis import given
from hypothesis import strategies as st

from app.revisions.paragraph_difference import compare_paragraphs, count_changes

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


PARAGRAPHS = st.lists(st.sampled_from([*OLD, "The mill must stay.", "x", "1 < 2"]), max_size=8).map(tuple)


@given(PARAGRAPHS, PARAGRAPHS)
def test_every_paragraph_of_both_wordings_is_there_once_and_in_order(
    old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    compared = compare_paragraphs(old, new)
    for total, numbers in ((len(old), [one.old for one in compared]), (len(new), [one.new for one in compared])):
        seen = [
            number + step
            for number, one in zip(numbers, compared, strict=True)
            if number is not None
            for step in range(one.count)
        ]
        assert seen == list(range(1, total + 1))
    counts = count_changes(compared)
    assert counts["same"] + counts["changed"] + counts["added"] == len(new)

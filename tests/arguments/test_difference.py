import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.arguments.difference import MAX_COMPARED_WORDS, diff_words, render_difference

texts = st.lists(st.sampled_from(["a", "be", " ", "\n", ".", "é", "中", "<b>"]) | st.text(max_size=3), max_size=20).map(
    "".join
)


def test_a_changed_word_is_taken_out_and_put_in() -> None:
    assert diff_words("The deal is good.", "The treaty is good.") == [
        ("equal", "The "),
        ("delete", "deal"),
        ("insert", "treaty"),
        ("equal", " is good."),
    ]


def test_words_are_never_cut() -> None:
    assert diff_words("deterrence", "deterrent") == [("delete", "deterrence"), ("insert", "deterrent")]


def test_punctuation_changes_by_itself() -> None:
    assert diff_words("Yes, no.", "Yes no!") == [
        ("equal", "Yes"),
        ("delete", ","),
        ("equal", " no"),
        ("delete", "."),
        ("insert", "!"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "", []),
        ("same", "same", [("equal", "same")]),
        ("", "new", [("insert", "new")]),
        ("old", "", [("delete", "old")]),
        ("a c", "a b c", [("equal", "a "), ("insert", "b "), ("equal", "c")]),
    ],
)
def test_whole_texts_come_and_go(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    assert diff_words(old, new) == changes


def test_a_text_too_long_to_compare_still_shows_what_stayed_around_the_change() -> None:
    old, new = ("x " * MAX_COMPARED_WORDS), ("y " * MAX_COMPARED_WORDS)
    assert diff_words(f"Head {old}tail.", f"Head {new}tail.") == [
        ("equal", "Head "),
        ("delete", old[:-1]),
        ("insert", new[:-1]),
        ("equal", " tail."),
    ]


def test_a_rewritten_phrase_is_one_change() -> None:
    assert diff_words("It is a cold war, at last.", "It is my old friend, at last.") == [
        ("equal", "It is "),
        ("delete", "a cold war"),
        ("insert", "my old friend"),
        ("equal", ", at last."),
    ]


@pytest.mark.parametrize(("old", "new"), [("a ", "b "), ("a ", "a b "), ("a b ", "b a a "), (". , ", ", , .")])
def test_hostile_edits_take_no_long_time(old: str, new: str) -> None:
    begin = time.perf_counter()
    words = MAX_COMPARED_WORDS // 2
    diff_words((old * words)[:words], "z" + (new * words)[:words] + "z")
    assert time.perf_counter() - begin < 5


def test_changes_are_marked_and_everything_is_escaped() -> None:
    changes = diff_words("a <b> c", "a <i> c")
    assert render_difference(changes) == "a &lt;<del>b</del><ins>i</ins>&gt; c"


@given(texts, texts)
def test_the_changes_hold_both_texts(old: str, new: str) -> None:
    changes = diff_words(old, new)
    assert "".join(text for operation, text in changes if operation != "insert") == old
    assert "".join(text for operation, text in changes if operation != "delete") == new


@given(texts, texts)
def test_neighbouring_changes_are_of_different_kinds(old: str, new: str) -> None:
    operations = [operation for operation, _ in diff_words(old, new)]
    assert all(one != other for one, other in itertools.pairwise(operations))

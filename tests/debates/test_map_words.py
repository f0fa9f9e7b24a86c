"""Claims in the lines of a cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.debates.map_words import cut, short, width


def test_words_that_fit_stay_whole() -> None:
    assert cut("The mill should stay.", 1_500, 1) == ["The mill should stay."]


def test_what_is_left_out_is_said() -> None:
    lines = cut("The mill should stay because the whole town bakes its bread with it.", 900, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_first_line_leaves_room_for_the_sign() -> None:
    assert cut("Yes it is so", 600, 3, 300) == ["Yes it", "is so"]


def test_first_lines_leave_room_for_the_number_that_leads_below() -> None:
    assert cut("Yes it is so and so it is", 600, 5, 0, 300) == ["Yes it", "is so", "and so it is"]


def test_a_word_that_is_broken_says_so() -> None:
    assert cut("Misunderstanding", 600, 3) == ["Misunderst-", "anding"]
    assert cut("Misunderstanding all", 600, 1) == ["Misunders…"]
    assert cut("磨坊磨坊磨坊磨坊", 400, 2) == ["磨坊磨坊", "磨坊磨坊"]


@given(st.text(min_size=1, max_size=200), st.integers(300, 2_000), st.integers(1, 8))
def test_no_line_is_wider_than_the_room(words: str, room: int, lines: int) -> None:
    found = cut(words, room, lines)
    assert len(found) <= lines
    assert all(width(line) <= room for line in found)


def test_ideographs_are_wider_and_accents_take_nothing() -> None:
    assert width("磨坊") > width("ab")
    assert width("e\u0301") == width("e")


@pytest.mark.parametrize(("count", "said"), [(12, "12"), (999, "999"), (1_250, "1.2k"), (3_000, "3k"), (12_345, "12k")])
def test_large_counts_are_said_shortly(count: int, said: str) -> None:
    assert short(count) == said

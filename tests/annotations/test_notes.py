"""Which notes stand beside a paragraph."""

from collections.abc import Callable
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from app.annotations.notes import Note, Pointer, choose_notes, count_arguments, mark_passages, number_passages
from app.annotations.segments import SEVERAL_SIDES, UNNUMBERED

_ids = count(1)


def pointer(passage: int, paragraph: int = 1, argument: int | None = None, side: int | None = None) -> Pointer:
    annotation = None if argument else next(_ids)
    return Pointer(passage, passage * 10, passage * 10 + 5, paragraph, argument, annotation, side, is_listed=True)


def choose(
    pointers: list[Pointer],
    limit: Callable[[int], int],
    first: int = 0,
    further_limit: Callable[[int], int] | None = None,
) -> list[Note]:
    return choose_notes(pointers, number_passages(pointers), limit, first, further_limit)


def shown(pointers: list[Pointer], limit: int, first: int = 0) -> list[tuple[int, int, int]]:
    return [(note.passage_id, len(note.pointers), note.left_out) for note in choose(pointers, lambda _: limit, first)]


def test_every_passage_has_a_note_in_order() -> None:
    notes = choose([pointer(1), pointer(2), pointer(2)], lambda _: 10)
    assert [(note.number, note.passage_id, len(note.pointers)) for note in notes] == [(1, 1, 1), (2, 2, 2)]


def test_a_number_is_the_same_whatever_is_left_out_and_on_the_page_of_its_paragraph() -> None:
    pointers = [pointer(3), pointer(1), pointer(1), pointer(2, paragraph=2)]
    numbers = number_passages(pointers)
    assert [note.number for note in choose_notes(pointers[3:], numbers, lambda _: 9)] == [3]
    assert number_passages(pointers[3:], above=2) == {2: 3}


def test_no_number_is_missing_where_only_what_is_listed_is_shown() -> None:
    withdrawn = pointer(1)._replace(is_listed=False)
    pointers = [pointer(3), withdrawn, pointer(2), pointer(2)._replace(is_listed=False)]
    assert number_passages(pointers) == {3: 1, 1: UNNUMBERED, 2: 2}


def test_a_busy_passage_does_not_crowd_out_its_neighbours() -> None:
    busy = [pointer(1, argument=number) for number in range(1, 9)]
    assert shown([*busy, pointer(2), pointer(3)], 4) == [(1, 2, 6), (2, 1, 0), (3, 1, 0)]


def test_the_last_place_is_kept_for_the_way_to_the_others_where_there_are_others() -> None:
    def counts(pointers: list[Pointer]) -> list[int]:
        notes = choose_notes(pointers, number_passages(pointers), lambda _: 3, keeps_last=True)
        return [len(note.pointers) for note in notes]

    assert counts([pointer(1), pointer(2), pointer(3)]) == [1, 1, 1]
    assert counts([pointer(1), pointer(2), pointer(3), pointer(4)]) == [1, 1, 0, 0]


def test_each_paragraph_has_its_own_room() -> None:
    assert shown([pointer(1, 1), pointer(2, 1), pointer(3, 2)], 1) == [(1, 1, 0), (2, 0, 1), (3, 1, 0)]


def test_in_a_crowded_paragraph_only_the_first_on_each_passage_is_shown() -> None:
    crowded = [pointer(1), pointer(1), pointer(2), pointer(3), pointer(3)]
    spacious = [pointer(4, 2), pointer(4, 2), pointer(5, 2)]
    notes = choose([*crowded, *spacious], lambda _: 6, further_limit=lambda _: 3)
    assert [(len(note.pointers), note.left_out) for note in notes] == [(1, 1), (1, 0), (1, 1), (2, 0), (1, 0)]


def test_pages_together_show_everything_once() -> None:
    pointers = [pointer(passage, argument=10 * passage + turn) for passage in (1, 2, 3) for turn in range(passage)]
    pages = [choose(pointers, lambda _: 2, first) for first in (0, 2, 4)]
    assert sorted(p for notes in pages for note in notes for p in note.pointers) == sorted(pointers)


def test_a_passage_is_of_a_side_if_all_its_arguments_are() -> None:
    same = [pointer(1, argument=1, side=2), pointer(1, argument=2, side=2), pointer(1)]
    mixed = [pointer(2, argument=3, side=1), pointer(2, argument=4, side=2)]
    assert [note.side for note in choose([*same, *mixed, pointer(3)], lambda _: 9)] == [2, SEVERAL_SIDES, None]


def test_a_passage_whose_note_is_elsewhere_leads_there() -> None:
    notes = choose([pointer(1), pointer(2)], lambda _: 1)
    assert [mark.href for mark in mark_passages(notes, "/passages")] == [None, "/passages/2"]


def test_an_argument_that_cites_twice_counts_once() -> None:
    assert count_arguments([pointer(1, argument=7), pointer(2, argument=7), pointer(3)]) == 1


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(1, 6))
def test_nothing_is_lost_between_shown_and_left_out(passages: list[int], limit: int) -> None:
    pointers = [pointer(passage, argument=place) for place, passage in enumerate(sorted(passages), start=1)]
    notes = choose(pointers, lambda _: limit)
    assert sum(len(note.pointers) + note.left_out for note in notes) == len(pointers)
    assert sum(len(note.pointers) for note in notes) == min(limit, len(pointers))

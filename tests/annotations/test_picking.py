"""Which words a form means."""

import pytest

from app.annotations.picking import PASSAGE_MAX, AmbiguousWords, Pick, PickError, find_places, pick_passage
from app.essays.selectors import TextPosition
from app.essays.sentences import split_sentences

TEXT = "Before.\n\nOne is first. Two is “second” – or so. One is last.\n\nAfter."
PARAGRAPH = TextPosition(TEXT.index("One"), TEXT.index("\n\nAfter"))
SENTENCES = split_sentences(TEXT[PARAGRAPH.start : PARAGRAPH.end], PARAGRAPH.start)


def picked(**fields: object) -> str:
    place = pick_passage(TEXT, PARAGRAPH, SENTENCES, Pick(**fields))  # type: ignore[arg-type]
    return TEXT[place.start : place.end]


def refused(**fields: object) -> PickError:
    with pytest.raises(PickError) as caught:
        picked(**fields)
    return caught.value


def test_sentences_from_one_to_another() -> None:
    assert picked(first=1, last=2) == "One is first. Two is “second” – or so."


def test_one_sentence_needs_no_end() -> None:
    assert picked(first=3) == "One is last."


def test_exact_words_go_before_sentences() -> None:
    assert picked(first=1, last=1, exact="is last") == "is last"


def test_words_are_found_however_their_quotation_marks_dashes_and_blanks_were_typed() -> None:
    assert picked(exact='Two  is "second" -\nor so') == "Two is “second” – or so"


def test_words_outside_the_paragraph_are_not_in_it() -> None:
    assert refused(exact="After").field == "exact"


def test_nearly_right_words_are_told_the_nearest() -> None:
    assert "“One is first.”" in refused(exact="One was first").problem


def test_words_that_are_nothing_like_it_are_told_to_copy() -> None:
    assert "Copy them" in refused(exact="zzzzzzzzzzzz").problem


def test_words_in_two_places_are_asked_about_and_then_known() -> None:
    error = refused(exact="One is")
    assert isinstance(error, AmbiguousWords)
    assert error.field == "place"
    second = error.places[1].start
    assert pick_passage(TEXT, PARAGRAPH, SENTENCES, Pick(exact="One is", place=second)) == error.places[1]


def test_a_place_that_does_not_have_the_words_is_asked_about_again() -> None:
    assert isinstance(refused(exact="One is", place=3), AmbiguousWords)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "first"),
        ({"last": 2}, "first"),
        ({"first": 4}, "first"),
        ({"first": 1, "last": 4}, "last"),
        ({"first": 2, "last": 1}, "last"),
    ],
)
def test_wrong_sentences_are_refused_beside_their_field(fields: dict[str, int], field: str) -> None:
    assert refused(**fields).field == field


def test_a_passage_has_its_limit() -> None:
    text = "long " * PASSAGE_MAX
    with pytest.raises(PickError, match="is the most"):
        pick_passage(text, TextPosition(0, len(text)), [(0, len(text))], Pick(first=1))


def test_a_character_is_found_whole() -> None:
    family = "👩\u200d👩\u200d👧"
    assert find_places(f"a {family} b", "👩\u200d👩") == [TextPosition(2, 2 + len(family))]


def test_other_scripts_are_found() -> None:
    assert find_places("депо, 車庫 and مستودع", "車庫 and مستودع") == [TextPosition(6, 19)]

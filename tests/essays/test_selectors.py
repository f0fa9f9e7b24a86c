import time
import unicodedata

import pytest
import regex
from hypothesis import assume, given
from hypothesis import strategies as st

from app.essays.selectors import (
    CONTEXT_CHARACTERS,
    MAX_PLACES,
    Selectors,
    TextPosition,
    TextQuote,
    describe,
    find_quote,
    trim,
    verify,
    widen_to_clusters,
)

FAMILY = "👩\u200d👩\u200d👧"
TEXT = "The first paragraph of an essay says something.\n\nThe second paragraph says something else."
PARTS = [FAMILY, "🇩🇪", "e\u0323\u0302", "한국", "नमस्ते", " ", "\n\n", "word ", "❤\ufe0f", "\u0301"]

texts = st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=20).map(
    lambda parts: unicodedata.normalize("NFC", "".join(parts))
)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(texts)
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    assume(text[start:end].strip())
    return text, start, end


def test_a_passage_is_kept_by_its_place_and_by_its_words_with_context() -> None:
    start = TEXT.index("paragraph says")
    assert describe(TEXT, start, start + 9) == Selectors(
        TextPosition(start, start + 9),
        TextQuote("paragraph", "say says something.\n\nThe second ", " says something else."),
    )


def test_white_space_at_the_ends_is_not_part_of_a_passage() -> None:
    assert trim("a  bc \n d", 1, 7) == TextPosition(3, 5)
    assert describe("a  bc \n d", 1, 7).quote.exact == "bc"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (2, 1), (0, 1000), (1000, 1000)])
def test_a_range_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        describe(TEXT, start, end)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 4)])
def test_a_range_without_words_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="No words"):
        describe(TEXT, start, end)


def test_a_character_is_never_cut() -> None:
    text = f"a {FAMILY} b"
    whole = TextPosition(2, 2 + len(FAMILY))
    assert widen_to_clusters(text, TextPosition(3, 4)) == whole
    assert widen_to_clusters(text, whole) == whole
    assert describe(text, 4, 5).quote.exact == FAMILY


def test_context_is_never_cut_inside_a_character() -> None:
    text = FAMILY * 10 + " word " + FAMILY * 10
    quote = describe(text, text.index("word"), text.index("word") + 4).quote
    assert quote.prefix == FAMILY * 7 + " "
    assert quote.suffix == " " + FAMILY * 7


def test_words_stand_at_a_place_or_do_not() -> None:
    quote = TextQuote("first")
    assert verify(TEXT, TextPosition(4, 9), quote)
    assert not verify(TEXT, TextPosition(5, 10), quote)
    assert not verify(TEXT, TextPosition(4, 4000), quote)
    assert not verify(TEXT, TextPosition(4, 4), TextQuote(""))
    assert not verify("abc", TextPosition(-2, 3), TextQuote("bc"))


def test_repeated_words_are_told_apart_by_their_context() -> None:
    assert find_quote(TEXT, "paragraph") == [TextPosition(10, 19), TextPosition(60, 69)]
    assert find_quote(TEXT, "paragraph", prefix="second ") == [TextPosition(60, 69)]
    assert find_quote(TEXT, "paragraph", suffix=" of") == [TextPosition(10, 19)]
    assert find_quote(TEXT, "paragraph", prefix="third ") == []
    assert find_quote(TEXT, "") == []


def test_places_that_overlap_are_all_found() -> None:
    assert find_quote("banana", "ana") == [TextPosition(1, 4), TextPosition(3, 6)]


def test_words_are_found_however_they_are_encoded() -> None:
    assert find_quote("un café noir", "cafe\u0301") == [TextPosition(3, 7)]


def test_words_that_repeat_themselves_cost_no_long_search() -> None:
    begin = time.perf_counter()
    assert len(find_quote("a" * 400_000, "a" * 200_000)) == MAX_PLACES
    assert time.perf_counter() - begin < 5


@given(marked())
def test_a_described_passage_is_found_at_its_place(case: tuple[str, int, int]) -> None:
    text, start, end = case
    found = describe(text, start, end)
    assert verify(text, found.position, found.quote)
    assert found.position in find_quote(text, found.quote.exact, found.quote.prefix, found.quote.suffix)


@given(marked())
def test_a_described_passage_has_whole_characters_and_enough_context(case: tuple[str, int, int]) -> None:
    text, start, end = case
    found = describe(text, start, end)
    edges = {0, *(cluster.end() for cluster in regex.finditer(r"\X", text))}
    place, quote = found.position, found.quote
    assert {place.start, place.end, place.start - len(quote.prefix), place.end + len(quote.suffix)} <= edges
    assert len(quote.prefix) >= min(CONTEXT_CHARACTERS, place.start)
    assert len(quote.suffix) >= min(CONTEXT_CHARACTERS, len(text) - place.end)


@given(marked())
def test_describing_again_changes_nothing(case: tuple[str, int, int]) -> None:
    text, start, end = case
    found = describe(text, start, end)
    assert describe(text, found.position.start, found.position.end) == found

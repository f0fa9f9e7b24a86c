import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from app.annotations.anchoring import Anchor, Anchorer, anchor
from app.annotations.anchors import (
    AMBIGUOUS,
    FOREIGN,
    NO_WORDS,
    NOTHING_ALIKE,
    REWORDED,
    SURROUNDINGS_GONE,
    TOO_DIFFERENT,
)
from app.annotations.likeness import LEAST_CONTEXT, LEAST_SCORE, MOST_ERRORS, SHORT_CHARACTERS, Likeness, compare
from app.essays.selectors import Selectors, TextPosition, TextQuote, describe, verify, widen_to_clusters
from app.models.essay import PlacementState
from tests.annotations.strategies import Edited, Marked, deleted, edited_around, marked_texts, texts

EXACT, MOVED, FUZZY, ORPHAN = PlacementState

ESSAY = """The harbour was built by Linus, who came from the north. He paid for every stone of it himself.

However, this is not the whole story. The council had promised the money, and the council broke its promise.

Nobody who reads the letters can doubt it. The letters are plain, and the council never denied them.

However, this is not the whole story. A harbour needs ships, and no ship came for eleven years."""
TWIN = "However, this is not the whole story."
PARAGRAPHS = ESSAY.split("\n\n")


def _mark(words: str, number: int = 1, text: str = ESSAY) -> Selectors:
    """The selectors of the words' n-th occurrence."""
    start = -1
    for _ in range(number):
        start = text.index(words, start + 1)
    return describe(text, start, start + len(words))


def _find_both(new: str, selectors: Selectors, old: str = ESSAY) -> list[Anchor]:
    """By the selectors alone, and with the old wording."""
    return [anchor(new, selectors), Anchorer(new, old).find(selectors)]


def _words(text: str, found: Anchor) -> str | None:
    return found.place and text[found.place.start : found.place.end]


# What holds of any text.


@given(marked_texts)
def test_a_described_passage_is_found_where_it_is(marked: Marked) -> None:
    for found in _find_both(marked.text, marked.selectors, marked.text):
        assert (found.state, found.place, found.score) == (EXACT, marked.selectors.position, 1.0)


@given(edited_around)
def test_edits_beyond_the_context_leave_a_passage_in_its_place(edited: Edited) -> None:
    for found in _find_both(edited.new, edited.selectors, edited.old):
        assert found.place == edited.place
        assert found.state == (EXACT if edited.place == edited.selectors.position else MOVED)


@given(deleted)
def test_a_deleted_passage_is_an_orphan(edited: Edited) -> None:
    """Literally so where nothing like it is left; where the same words stand elsewhere, see the twins below."""
    for found in _find_both(edited.new, edited.selectors, edited.old):
        assert (found.state, found.place) == (ORPHAN, None)


@given(marked_texts, texts)
@example(Marked("00dog. dog. ", describe("00dog. dog. ", 7, 8)), "0000000dog. dog. ")  # The twin stands at 7 now.
def test_a_place_is_never_claimed_without_its_words(marked: Marked, new: str) -> None:
    for found in _find_both(new, marked.selectors, marked.text):
        _assert_truthful(new, marked.selectors, found)


def _assert_truthful(text: str, selectors: Selectors, found: Anchor) -> None:
    assert (found.place is None) == (found.state == ORPHAN)
    assert 0 <= found.score <= 1
    assert found.reason.endswith(".")
    if found.place is None:
        return
    exact, here = selectors.quote.exact, text[found.place.start : found.place.end]
    assert (found.state == FUZZY) == (here != exact)
    assert (found.state == EXACT) == (here == exact and found.place == selectors.position)
    assert (found.score == 1) == (here == exact)
    if found.state == FUZZY:
        assert found.score >= LEAST_SCORE
        assert Levenshtein.distance(exact, here) <= min(MOST_ERRORS, len(exact) // 2)
        assert found.place == widen_to_clusters(text, found.place)


@given(texts, st.text(max_size=80), st.text(max_size=40), st.text(max_size=40), st.integers(-9, 999), st.integers(0, 9))
@example("ab", "ab", "", "", 1, 1)
def test_selectors_from_anywhere_do_no_harm(
    text: str, exact: str, prefix: str, suffix: str, start: int, length: int
) -> None:
    found = anchor(text, Selectors(TextPosition(start, start + length), TextQuote(exact, prefix, suffix)))
    assert (found.place is None) == (found.state == ORPHAN)
    assert found.place is None or text[found.place.start : found.place.end].strip()


@given(st.permutations(range(4)), st.sampled_from([0, 2]), st.integers(0, 60), st.integers(1, 60))
def test_a_passage_goes_with_its_paragraph(order: list[int], paragraph: int, start: int, length: int) -> None:
    begin = ESSAY.index(PARAGRAPHS[paragraph]) + start
    end = min(begin + length, ESSAY.index(PARAGRAPHS[paragraph]) + 90)
    assume(ESSAY[begin:end].strip())
    selectors = describe(ESSAY, begin, end)
    new = "\n\n".join(PARAGRAPHS[number] for number in order)
    shift = new.index(PARAGRAPHS[paragraph]) - ESSAY.index(PARAGRAPHS[paragraph])
    found = Anchorer(new, ESSAY).find(selectors)
    assert found.place == TextPosition(selectors.position.start + shift, selectors.position.end + shift)


# Failures of other tools.


def test_a_name_never_lands_on_a_similar_one() -> None:
    new = ESSAY.replace("built by Linus, who", "built by machines of chines from the river, which")
    for found in _find_both(new, _mark("Linus")):
        assert found.state == ORPHAN


def test_a_name_is_not_found_in_another_sentence() -> None:
    new = ESSAY.replace(PARAGRAPHS[0], "A harbour was built.") + "\n\nThere is an operating system by Linus Torvalds."
    for found in _find_both(new, _mark("Linus")):
        assert found.state == ORPHAN


def test_a_short_word_does_not_stay_at_its_offset_by_chance() -> None:
    """After the insertion another "council" stands at the old offset, to the letter."""
    selectors = _mark("council", 2)
    first = ESSAY.index("council")
    new = ESSAY[: first - 4] + "x" * (selectors.position.start - first) + ESSAY[first - 4 :]
    assert verify(new, selectors.position, selectors.quote)
    for found in _find_both(new, selectors):
        assert found.place == TextPosition(new.index("the council broke") + 4, new.index("the council broke") + 11)


def test_a_deleted_sentence_is_not_taken_for_its_twin() -> None:
    for number in (1, 2):
        new = ESSAY.replace(TWIN + " ", "", 1) if number == 1 else "".join(ESSAY.rsplit(TWIN + " ", 1))
        alone, mapped = _find_both(new, _mark(TWIN, number))
        assert (alone.state, mapped.state, mapped.reason) == (ORPHAN, ORPHAN, FOREIGN)
        for found in _find_both(new, _mark(TWIN, 3 - number)):
            assert found.place == TextPosition(new.index(TWIN), new.index(TWIN) + len(TWIN))


def test_a_first_word_is_not_taken_for_that_of_the_next_sentence() -> None:
    new = ESSAY.replace(
        "The letters are plain, and the council never denied them.", "The weather was bad in those years."
    )
    for found in _find_both(new, _mark("The", 3)):
        assert (found.state, found.reason) == (ORPHAN, SURROUNDINGS_GONE)


# Repeated words.


def test_repeated_words_are_told_apart_by_context() -> None:
    new = "A preface, with a council.\n\n" + ESSAY.replace("had promised", "promised")
    for number, around in ((1, "The council promised"), (2, "the council broke"), (3, "the council never")):
        for found in _find_both(new, _mark("council", number)):
            assert found.place == TextPosition(new.index(around) + 4, new.index(around) + 11)


def test_words_with_equal_context_stay_where_they_stood() -> None:
    song = "La la la, and so the song goes on and on. " * 20
    selectors = _mark("song", 9, song)
    assert anchor(song + "The end.", selectors).state == EXACT
    assert Anchorer(song + "The end.", song).find(selectors).state == EXACT


def test_of_equal_places_one_that_is_clearly_nearer_is_meant() -> None:
    selectors = Selectors(TextPosition(10, 15), TextQuote("stone", "of ", " and"))
    text = "Here and of stone and." + " Much more is said." * 20 + " Of wood, of stone and."
    assert anchor(text, selectors).place == TextPosition(12, 17)


def test_of_equal_places_none_is_taken_at_random() -> None:
    selectors = Selectors(TextPosition(30, 35), TextQuote("stone", "of ", " and"))
    found = anchor("Full of stone and sand, much of a wall, of stone and lime.", selectors)
    assert (found.state, found.reason) == (ORPHAN, AMBIGUOUS)


def test_a_copy_does_not_draw_a_passage_away() -> None:
    new = PARAGRAPHS[2] + "\n\n" + ESSAY
    words = "The letters are plain, and the council never denied them."
    place = TextPosition(new.rindex(words), new.rindex(words) + len(words))
    assert Anchorer(new, ESSAY).find(_mark(words)).place == place


# Changed words.


@pytest.mark.parametrize(
    ("before", "after", "words", "here"),
    [
        ("came from the north", "came from the nroth", "who came from the north", "who came from the nroth"),
        ("every stone", "each single stone", "paid for every stone of it", "paid for each single stone of it"),
        ("He paid", "Linus paid", "He paid for every stone of it", "Linus paid for every stone of it"),
        ("by Linus", "by Linux", "Linus", "Linux"),
        ("north. He", "north.\n\nHe", PARAGRAPHS[0], PARAGRAPHS[0].replace(". He", ".\n\nHe")),
        ("doubt it. The", "doubt. The", "can doubt it. The letters are", "can doubt. The letters are"),
    ],
)
def test_changed_words_are_found_whole(before: str, after: str, words: str, here: str) -> None:
    new = ESSAY.replace(before, after)
    for found in _find_both(new, _mark(words)):
        assert (found.state, _words(new, found)) == (FUZZY, here)
        assert LEAST_SCORE <= found.score < 1
        assert found.reason == REWORDED


def test_words_that_were_moved_and_changed_are_found_with_the_old_wording() -> None:
    moved = [PARAGRAPHS[2].replace("plain", "clear"), PARAGRAPHS[1], PARAGRAPHS[0]]
    new = "\n\n".join(moved)
    assert _words(new, Anchorer(new, ESSAY).find(_mark(PARAGRAPHS[2]))) == moved[0]


def test_a_rewritten_sentence_is_no_longer_the_same() -> None:
    new = ESSAY.replace("He paid for every stone of it himself.", "Ask the fishermen what they think about this.")
    for found in _find_both(new, _mark("He paid for every stone of it himself.")):
        assert (found.state, found.reason) == (ORPHAN, NOTHING_ALIKE)


def test_of_several_sentences_those_that_are_left_are_found() -> None:
    kept = "The harbour was built by Linus, who came from the north."
    words = PARAGRAPHS[2] + " " + PARAGRAPHS[0]
    old = f"Before that, nothing.\n\n{words} After that, nothing happened for a very long time."
    for other in ("", "Ask the fishermen what they think about this."):
        new = old.replace("He paid for every stone of it himself.", other)
        for found in _find_both(new, _mark(words, text=old), old):
            assert (found.state, _words(new, found)) == (FUZZY, f"{PARAGRAPHS[2]} {kept}")


def test_a_copy_elsewhere_does_not_hide_that_the_sentence_was_changed_in_its_place() -> None:
    words = "Nobody who reads the letters can doubt it."
    new = ESSAY.replace("can doubt it", "can dout it") + f"\n\nThis is the end of it. {words} It was a long story."
    for found in _find_both(new, _mark(words)):
        assert _words(new, found) == "Nobody who reads the letters can dout it."


def test_a_word_is_not_found_inside_another() -> None:
    old = ESSAY + " And what is this but a long history?"
    start = old.index("what is") + 5
    for found in _find_both(old.replace("what is", "what"), describe(old, start, start + 2), old):
        assert found.state == ORPHAN


def test_a_half_rewritten_sentence_in_other_surroundings_is_not_sure() -> None:
    words = "The letters are plain, and the council never denied them."
    new = ESSAY.replace(PARAGRAPHS[2], "Nothing else is known. All letters are plain; what did the council deny?")
    found = anchor(new, _mark(words))
    assert (found.state, found.reason) == (ORPHAN, TOO_DIFFERENT)
    assert 0 < found.score < LEAST_SCORE


# How things are written.


@pytest.mark.parametrize(
    ("old", "words", "edit"),
    [
        (
            "港口是由北方来的人建造的。他自己付了每一块石头的钱。没有人怀疑这一点。",
            "他自己付了每一块石头",
            ("每一块", "每块"),
        ),
        ("ท่าเรือนี้สร้างโดยชายจากทางเหนือ เขาจ่ายค่าหินทุกก้อนด้วยตัวเอง", "เขาจ่ายค่าหินทุกก้อน", ("ทุกก้อน", "ทุก ๆ ก้อน")),
        ("बंदरगाह उत्तर से आए एक आदमी ने बनाया था। उसने हर पत्थर का दाम दिया।", "उसने हर पत्थर का", ("पत्थर", "पथर")),
        ("بنى المرفأ رجل جاء من الشمال. ودفع ثمن كل حجر بنفسه.", "ودفع ثمن كل حجر", ("حجر", "صخر")),
        ("항구는 북쪽에서 온 사람이 지었다. 그는 모든 돌의 값을 치렀다.", "그는 모든 돌의 값을", ("돌의", "돌 의")),
        (
            "We are 👩\u200d👩\u200d👧 and 🇩🇪, and we came 🚢 from the north.",
            "👩\u200d👩\u200d👧 and 🇩🇪",
            ("and 🇩🇪", "und 🇩🇪"),
        ),
    ],
)
def test_every_script_is_found_again(old: str, words: str, edit: tuple[str, str]) -> None:
    selectors = _mark(words, text=old)
    preface = "αβγ. "
    for found in _find_both(preface + old, selectors, old):
        assert (found.state, _words(preface + old, found)) == (MOVED, words)
    new = old.replace(*edit)
    for found in _find_both(new, selectors, old):
        assert (found.state, _words(new, found)) == (FUZZY, words.replace(*edit))


def test_selectors_in_another_normal_form_or_with_other_line_ends_are_the_same() -> None:
    text = "Un café très fermé.\nDès lors, rien.\n\nEt puis c’était tout."
    selectors = _mark("fermé.\nDès", text=text)
    quote = selectors.quote
    foreign = [
        unicodedata.normalize("NFD", part).replace("\n", "\r\n") for part in (quote.exact, quote.prefix, quote.suffix)
    ]
    assert anchor(text, Selectors(selectors.position, TextQuote(*foreign))).state == EXACT
    assert anchor(text, Selectors(TextPosition(3, 14), TextQuote(*foreign))).place == selectors.position


def test_curly_quotation_marks_and_blanks_are_small_changes() -> None:
    text = "She said: “It isn’t so – not at all.” Nobody believed her."
    selectors = describe(text, 10, 37)
    straight = text.replace("“", '"').replace("”", '"').replace("’", "'").replace("–", "-")
    for found in _find_both(straight, selectors, text):
        assert (found.state, found.place) == (FUZZY, selectors.position)


def test_words_without_context_are_found_if_they_stand_once() -> None:
    bare = Selectors(TextPosition(0, 5), TextQuote("Linus"))
    assert anchor(ESSAY, bare).state == MOVED
    assert anchor(ESSAY, Selectors(TextPosition(0, 7), TextQuote("council"))).reason == AMBIGUOUS
    assert anchor(ESSAY, Selectors(TextPosition(0, 3), TextQuote("arb"))).state == ORPHAN


# Limits.


@pytest.mark.parametrize(
    ("likeness", "length", "is_enough"),
    [
        (Likeness(1, 1, LEAST_SCORE), SHORT_CHARACTERS, True),
        (Likeness(1, 1, LEAST_SCORE - 0.001), SHORT_CHARACTERS, False),
        (Likeness(1, LEAST_CONTEXT, LEAST_SCORE), SHORT_CHARACTERS - 1, True),
        (Likeness(1, LEAST_CONTEXT - 0.001, 0.9), SHORT_CHARACTERS - 1, False),
        (Likeness(1, LEAST_CONTEXT - 0.001, 0.9), SHORT_CHARACTERS, True),
        (Likeness(0, 1, 0.9), SHORT_CHARACTERS, False),
    ],
)
def test_a_place_is_taken_from_the_thresholds_on(likeness: Likeness, length: int, is_enough: bool) -> None:
    assert likeness.is_enough(length) == is_enough


@pytest.mark.parametrize(
    ("length", "errors", "is_alike"),
    [(40, 20, True), (40, 21, False), (9, 4, True), (9, 5, False), (2000, 256, True), (2000, 257, False)],
)
def test_so_many_characters_may_differ(length: int, errors: int, is_alike: bool) -> None:
    text = "y" * errors + "x" * (length - errors)
    likeness = compare(text, TextPosition(0, length), Selectors(TextPosition(0, length), TextQuote("x" * length)))
    assert (likeness.quote > 0) == is_alike


def test_scores_are_weighted() -> None:
    text = "wxyz" + "abcdefgh" + "1234"
    selectors = Selectors(TextPosition(4, 12), TextQuote("abcdefgX", "wxYZ", "1234"))
    likeness = compare(text, TextPosition(4, 12), selectors)
    assert likeness.score == pytest.approx((50 * 7 / 8 + 20 * 2 / 4 + 20 * 1 + 2 * 1) / 92)


@pytest.mark.parametrize("unit", ["a", "ab", "the ", "Yes. ", "No.\n\n", "中"])
def test_a_text_that_repeats_itself_is_searched_in_time(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    for start, end in ((1_000, 5_000), (30_000, 30_001), (10_000, 40_000)):
        selectors = describe(text, start, end)
        broken = Selectors(selectors.position, TextQuote("Q" + selectors.quote.exact, selectors.quote.prefix, "Q"))
        assert anchor(text, selectors).state == EXACT
        assert anchor(text, broken).state in (FUZZY, ORPHAN)
    assert Anchorer(unit + text, text).find(selectors).state in (EXACT, MOVED)


# What readers are told.


@pytest.mark.parametrize(
    ("new", "words", "reason"),
    [
        (ESSAY, "Linus", "Its words stand where they stood."),
        (ESSAY.replace("The harbour was", "The whole harbour was"), "Linus",
         "Its words are unchanged and stand further on in their paragraph."),
        (ESSAY.replace("The harbour was", "It was"), "Linus",
         "Its words are unchanged and stand further up in their paragraph."),
        ("Before.\n\n" + ESSAY, "Linus", "Its words are unchanged and stand one paragraph further down."),
        ("\n\n".join(PARAGRAPHS[2:]), "letters are plain",
         "Its words are unchanged and stand two paragraphs further up."),
        (ESSAY.replace("by Linus", "by Linux"), "Linus", REWORDED),
        ("Something else.", "Linus", NOTHING_ALIKE),
    ],
)  # fmt: skip
def test_readers_are_told_why(new: str, words: str, reason: str) -> None:
    assert Anchorer(new, ESSAY).find(_mark(words)).reason == reason


def test_nothing_is_looked_for_without_words() -> None:
    assert anchor(ESSAY, Selectors(TextPosition(0, 1), TextQuote(" "))).reason == NO_WORDS

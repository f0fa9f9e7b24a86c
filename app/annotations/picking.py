"""From what a reader picked of a paragraph, sentences or exact words, to a range of the essay."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.essays.nearest import nearest_words
from app.essays.selectors import TextPosition, find_quote, widen_to_clusters

# About a page. What is longer says no more about where; a debate about a whole chapter needs no mark.
PASSAGE_MAX = 4_000

# What keyboards, word processors and browsers change in words on their way through a clipboard. Each stands for one
# other character, so that places are not moved.
_SIGNS_AS_TYPED = {
    "’": "'", "‘": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ",
}  # fmt: skip
_SIGNS = str.maketrans(_SIGNS_AS_TYPED)
_AS_TYPED = str.maketrans({**_SIGNS_AS_TYPED, "\n": " ", "\t": " "})


class PickError(ValueError):
    """A sentence for the field that has to be mended."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(problem)
        self.field = field
        self.problem = problem


class AmbiguousWords(PickError):
    """The words stand in several places: the reader has to say which."""

    def __init__(self, places: Sequence[TextPosition]) -> None:
        super().__init__("place", f"These words stand in the paragraph {len(places)} times. Choose which you mean.")
        self.places = places


@dataclass(frozen=True, slots=True)
class Pick:
    """What the form says: sentences from `first` to `last`, from 1, or exact words and which of their places."""

    first: int | None = None
    last: int | None = None
    exact: str = ""
    place: int | None = None  # Where the words begin, if they stand in several places.


def pick_passage(text: str, paragraph: TextPosition, sentences: Sequence[tuple[int, int]], pick: Pick) -> TextPosition:
    """The range in `text`. Exact words, if there are any, go before sentences. Raises PickError."""
    picked = _pick_words(text, paragraph, pick) if pick.exact else _pick_sentences(sentences, pick)
    if picked.end - picked.start > PASSAGE_MAX:
        problem = f"This marks {picked.end - picked.start:,} characters; {PASSAGE_MAX:,} is the most. Mark less."
        raise PickError("exact" if pick.exact else "last", problem)
    return picked


def _pick_sentences(sentences: Sequence[tuple[int, int]], pick: Pick) -> TextPosition:
    if pick.first is None:
        raise PickError("first", "Choose a sentence, or give the exact words.")
    last = pick.last if pick.last is not None else pick.first
    for field, number in (("first", pick.first), ("last", last)):
        if not 1 <= number <= len(sentences):
            raise PickError(field, f"The last sentence here has number {len(sentences)}.")
    if last < pick.first:
        problem = f"Sentence {last} comes before sentence {pick.first}. Choose the same one or a later one."
        raise PickError("last", problem)
    return TextPosition(sentences[pick.first - 1][0], sentences[last - 1][1])


def _pick_words(text: str, paragraph: TextPosition, pick: Pick) -> TextPosition:
    within = text[paragraph.start : paragraph.end]
    places = find_places(within, pick.exact)
    if not places:
        raise PickError("exact", _not_there(within, pick.exact))
    placed = [TextPosition(paragraph.start + place.start, paragraph.start + place.end) for place in places]
    chosen = [place for place in placed if place.start == pick.place] if len(placed) > 1 else placed
    if not chosen:
        raise AmbiguousWords(placed)
    return chosen[0]


def fold_signs(text: str) -> str:
    """The text with quotation marks, dashes and spaces as keyboards have them; every place in it stays the same."""
    return text.translate(_SIGNS)


def find_places(within: str, words: str) -> list[TextPosition]:
    """Where the words stand, whatever quotation marks, dashes and spaces they were typed with."""
    shown, typed = within.translate(_AS_TYPED), words.translate(_AS_TYPED).strip()
    places = find_quote(shown, typed) or find_quote(shown, " ".join(typed.split()))
    return [widen_to_clusters(within, place) for place in places]


def _not_there(within: str, words: str) -> str:
    nearest = nearest_words(words, within)
    if not nearest:
        return "The paragraph does not have these words. Copy them as they stand above."
    return f"The paragraph does not have these words. The nearest are “{nearest}”."

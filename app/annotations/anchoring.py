"""Where a passage stands in another wording of the essay, or that it stands nowhere.

Two ways. With the old wording at hand, as when a host publishes a revision, its words are mapped to the new ones, so
that sentences that look alike are told apart and nothing lands on words that came from elsewhere. With selectors alone,
as on import, words and context decide: fewer passages are found again, above all where whole paragraphs were moved and
edited at once, and a sentence that stood twice can be taken for its twin if that has much the same surroundings.
"""

from bisect import bisect_right

from app.annotations.anchors import (
    AMBIGUOUS,
    FOREIGN,
    NO_WORDS,
    NOTHING_ALIKE,
    Anchor,
    changed,
    orphan,
    refused,
    unchanged,
)
from app.annotations.fitting import fit
from app.annotations.likeness import SHORT_CHARACTERS, Likeness, compare
from app.annotations.quote_search import BEYOND_DOUBT, canonical, search
from app.annotations.text_map import TextMap
from app.essays.canonical import BLOCK_SEPARATOR
from app.essays.selectors import Selectors, TextPosition, TextQuote, verify

__all__ = ["Anchor", "Anchorer", "anchor"]

# On each side of an old passage, the words whose whereabouts show where it went.
WORDS_AROUND = 12


def anchor(text: str, selectors: Selectors) -> Anchor:
    """Where one passage stands, by its selectors alone; many are found quicker by one Anchorer."""
    return Anchorer(text).find(selectors)


class Anchorer:
    """Finds passages in `text`, which is prepared once. `old_text` is the wording in which they were described."""

    def __init__(self, text: str, old_text: str | None = None) -> None:
        self._text = text
        self._paragraph_ends = _ends_of_paragraphs(text)
        self._past = _Past(text, old_text) if old_text is not None else None

    def find(self, selectors: Selectors) -> Anchor:
        """The passage's place. Selectors from elsewhere may be in another normal form or have other line ends."""
        asked = canonical(selectors)
        if not asked.quote.exact.strip():
            return orphan(NO_WORDS)
        if self._past and verify(self._past.text, asked.position, asked.quote):
            return self._follow(self._past, asked)
        found = search(self._text, asked, lambda place: True)
        if found.is_ambiguous:
            return orphan(AMBIGUOUS, found.likeness.score)
        if found.place is None or not found.is_sure:
            return refused(found.likeness)
        return self._settle(asked, found.place, found.likeness)

    def _follow(self, past: "_Past", asked: Selectors) -> Anchor:
        """The words where the map has them; else near where their neighbours went; else where nobody else came from."""
        if place := past.certain_place(asked):
            return self._settle(asked, place)
        nearby = self._find_nearby(past, asked)
        if place := past.likely_place(asked):
            is_in_old_surroundings = nearby.place and nearby.score >= BEYOND_DOUBT
            return nearby if is_in_old_surroundings else self._settle(asked, place)
        if nearby.place:
            return nearby
        found = search(self._text, asked, lambda place: not past.map.is_foreign(place, asked.position))
        if found.is_sure and found.place:
            return self._settle(asked, found.place, found.likeness)
        return nearby

    def _find_nearby(self, past: "_Past", asked: Selectors) -> Anchor:
        place = past.fit(asked.position)
        if place is None:
            return orphan(NOTHING_ALIKE if asked.quote.exact not in self._text else FOREIGN)
        likeness = compare(self._text, place, asked, within_paragraph=True)
        if past.map.is_foreign(place, asked.position):
            return orphan(FOREIGN if likeness.quote else NOTHING_ALIKE)
        is_enough = likeness.is_enough(len(asked.quote.exact))
        return self._settle(asked, place, likeness) if is_enough else refused(likeness)

    def _settle(self, asked: Selectors, place: TextPosition, likeness: Likeness | None = None) -> Anchor:
        """Said of a place that is sure; unchanged words need no likeness."""
        if likeness and not verify(self._text, place, asked.quote):
            return changed(place, likeness)
        down = None
        if self._past:
            old_number = bisect_right(self._past.paragraph_ends, asked.position.start)
            down = bisect_right(self._paragraph_ends, place.start) - old_number
        return unchanged(place, asked.position.start, down)


class _Past:
    """The old wording, and what became of it in the new one."""

    def __init__(self, new_text: str, text: str) -> None:
        self.text = text
        self.paragraph_ends = _ends_of_paragraphs(text)
        self.map = TextMap(text, new_text)
        self._new_text = new_text

    def certain_place(self, asked: Selectors) -> TextPosition | None:
        """Where the map has the words with all their context, or where alone they stand with it."""
        image = self.map.image(asked.position)
        return image if image and self._has_context(image, asked.quote) else self._only_place(asked.quote)

    def likely_place(self, asked: Selectors) -> TextPosition | None:
        """Where the map has the words without all their context.

        Few words may have come along by chance with a neighbour that stayed, and a sentence may be a copy.
        """
        image = self.map.image(asked.position)
        length = len(asked.quote.exact)
        is_known = length >= SHORT_CHARACTERS or (image and compare(self._new_text, image, asked).is_enough(length))
        return image if is_known else None

    def _has_context(self, place: TextPosition, quote: TextQuote) -> bool:
        start = place.start - len(quote.prefix)
        is_before = start >= 0 and self._new_text.startswith(quote.prefix, start)
        return is_before and self._new_text.startswith(quote.suffix, place.end)

    def _only_place(self, quote: TextQuote) -> TextPosition | None:
        whole = quote.prefix + quote.exact + quote.suffix
        at = self._new_text.find(whole)
        if at < 0 or any(text.find(whole, text.find(whole) + 1) >= 0 for text in (self._new_text, self.text)):
            return None
        start = at + len(quote.prefix)
        return TextPosition(start, start + len(quote.exact))

    def fit(self, place: TextPosition) -> TextPosition | None:
        """The place between what the neighbours of the old one became."""
        nearby = self.map.neighbourhood(place, WORDS_AROUND, without=self.map.image(place) is not None)
        if nearby is None:
            return None
        words = TextPosition(place.start - nearby.old.start, place.end - nearby.old.start)
        return fit(self.text[nearby.old.start : nearby.old.end], words, self._new_text, nearby.place)


def _ends_of_paragraphs(text: str) -> list[int]:
    ends, at = [], text.find(BLOCK_SEPARATOR)
    while at >= 0:
        ends.append(at)
        at = text.find(BLOCK_SEPARATOR, at + len(BLOCK_SEPARATOR))
    return ends

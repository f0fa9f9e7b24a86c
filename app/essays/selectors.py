"""Selectors of a passage: making them and finding their words in a text.

Offsets count Unicode code points of one immutable essay revision, end exclusive; see the W3C Web Annotation Data
Model for TextQuoteSelector and TextPositionSelector.
"""

import unicodedata
from dataclasses import dataclass

import regex

# Enough to tell repeated words apart, and what other tools expect of a TextQuoteSelector.
CONTEXT_CHARACTERS = 32
# More places than this tell nothing apart. The limit also bounds the search for words that repeat themselves.
MAX_PLACES = 100

_CLUSTER = regex.compile(r"\X")


@dataclass(frozen=True, slots=True)
class TextQuote:
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class TextPosition:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Selectors:
    """The two ways in which a passage is kept: the place is quick, the words survive a new revision."""

    position: TextPosition
    quote: TextQuote


def describe(text: str, start: int, end: int) -> Selectors:
    """Selectors for a range as a person marked it: without white space at its ends, with whole characters.

    The context is at least CONTEXT_CHARACTERS long where the text has them. Raises ValueError if nothing is marked.
    """
    place = widen_to_clusters(text, trim(text, start, end))
    before = widen_to_clusters(text, TextPosition(max(place.start - CONTEXT_CHARACTERS, 0), place.start))
    after = widen_to_clusters(text, TextPosition(place.end, min(place.end + CONTEXT_CHARACTERS, len(text))))
    exact = text[place.start : place.end]
    return Selectors(place, TextQuote(exact, text[before.start : place.start], text[place.end : after.end]))


def verify(text: str, position: TextPosition, quote: TextQuote) -> bool:
    """Whether the words stand at that place. Nothing is stored, and no old place trusted, without this."""
    is_inside = 0 <= position.start < position.end <= len(text)
    return is_inside and text[position.start : position.end] == quote.exact


def find_quote(text: str, exact: str, prefix: str = "", suffix: str = "") -> list[TextPosition]:
    """Every place, in order and at most MAX_PLACES, where the words stand between exactly this context.

    What was typed or kept elsewhere may not be in NFC, as the text is.
    """
    exact, prefix, suffix = (unicodedata.normalize("NFC", part) for part in (exact, prefix, suffix))
    places: list[TextPosition] = []
    at = text.find(prefix + exact + suffix) if exact else -1
    while at >= 0 and len(places) < MAX_PLACES:
        start = at + len(prefix)
        places.append(TextPosition(start, start + len(exact)))
        at = text.find(prefix + exact + suffix, at + 1)
    return places


def trim(text: str, start: int, end: int) -> TextPosition:
    """The range without white space at its ends. Raises ValueError if it lies outside the text or holds no words."""
    if not 0 <= start <= end <= len(text):
        raise ValueError("These words lie outside the essay.")
    marked = text[start:end]
    if not marked.strip():
        raise ValueError("No words are marked.")
    return TextPosition(end - len(marked.lstrip()), start + len(marked.rstrip()))


def widen_to_clusters(text: str, position: TextPosition) -> TextPosition:
    """The range with the whole of each character it touches (a letter with its accents, a joined emoji).

    Clusters never reach over a line end, so counting begins at the last one before each edge.
    """
    return TextPosition(_cluster_around(text, position.start).start, _cluster_around(text, position.end).end)


def _cluster_around(text: str, place: int) -> TextPosition:
    """The cluster that `place` lies inside of, or the empty range at `place` if it lies between two."""
    if text[max(place - 1, 0) : place + 1].isascii() and text[place - 1 : place] != "\r":
        return TextPosition(place, place)  # Nothing joins these two.
    line = text.rfind("\n", 0, place) + 1
    for cluster in _CLUSTER.finditer(text, line):
        if cluster.end() >= place:
            is_inside = cluster.start() < place < cluster.end()
            return TextPosition(*cluster.span()) if is_inside else TextPosition(place, place)
    return TextPosition(place, place)


def last_words(context: str) -> str:
    """What stands before a quote, without the word that the cut may have gone through."""
    return "… " + context.partition(" ")[2] if len(context) >= CONTEXT_CHARACTERS else context


def first_words(context: str) -> str:
    """The same for what stands after it."""
    return context.rpartition(" ")[0] + " …" if len(context) >= CONTEXT_CHARACTERS else context

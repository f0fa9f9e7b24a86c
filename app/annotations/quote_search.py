"""A passage by its selectors alone: unchanged with all its context, then with some of it, then changed."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.annotations.fitting import fit
from app.annotations.likeness import SHORT_CHARACTERS, UNMISTAKABLE_CHARACTERS, Likeness, compare
from app.annotations.seeds import find_regions
from app.annotations.words import cuts_word
from app.essays.selectors import Selectors, TextPosition, TextQuote

# Of equal words, as many places are compared, those nearest to the old one; and of long passages as many as have so
# many characters together. It bounds the work for "the", and for a text that repeats itself.
MAX_COMPARED = 1_000
MAX_COMPARED_CHARACTERS = 2_000_000
# Two places whose scores are within this of each other are equally good. The nearer one is meant if the other is this
# many times as far from the old place; as far as that, essays seldom shift.
SAME_SCORE = 0.05
CLEARLY_FARTHER = 3
# Unchanged words that score less stand in other surroundings: they may be a copy, and the changed ones in the old.
BEYOND_DOUBT = 0.9

Allowed = Callable[[TextPosition], bool]


class Found(NamedTuple):
    """The best place that there is, if any, and whether it may be said to be the passage's."""

    place: TextPosition | None
    likeness: Likeness
    is_sure: bool
    is_ambiguous: bool = False


NOT_FOUND = Found(None, Likeness(0.0, 0.0, 0.0), is_sure=False)
_SAME = Likeness(1.0, 1.0, 1.0)


def canonical(selectors: Selectors) -> Selectors:
    """As an essay's text is written: NFC, with plain line ends. What was kept elsewhere may not be."""
    quote = selectors.quote
    exact, prefix, suffix = (
        unicodedata.normalize("NFC", part.replace("\r\n", "\n").replace("\r", "\n"))
        for part in (quote.exact, quote.prefix, quote.suffix)
    )
    return Selectors(selectors.position, TextQuote(exact, prefix, suffix))


def search(text: str, asked: Selectors, is_allowed: Allowed) -> Found:
    """`is_allowed` says of a place whether it may be the passage's at all."""
    found = _with_whole_context(text, asked, is_allowed)
    if found.is_sure or found.is_ambiguous:
        return found
    found = _unchanged(text, asked, is_allowed)
    if found.is_sure and found.likeness.score >= BEYOND_DOUBT:
        return found
    other = _changed(text, asked, is_allowed)
    return max(other, found, key=lambda one: (one.is_sure, one.likeness.score))


def _with_whole_context(text: str, asked: Selectors, is_allowed: Allowed) -> Found:
    quote = asked.quote
    whole, ahead = quote.prefix + quote.exact + quote.suffix, len(quote.prefix)
    wholes = equal_places(text, whole, asked.position.start - ahead)
    places = [TextPosition(one.start + ahead, one.end - len(quote.suffix)) for one in wholes]
    if not quote.prefix and not quote.suffix:
        places = [place for place in places if _are_words(text, place, quote)]
    places = [place for place in places if is_allowed(place)]
    return _nearest(places, asked) if places else NOT_FOUND


def _are_words(text: str, place: TextPosition, quote: TextQuote) -> bool:
    """Whether the place cuts no word that was not cut by the passage, as "is" would in "history"."""
    kept = quote.prefix + quote.exact + quote.suffix
    start = len(quote.prefix)
    edges = ((start, place.start), (start + len(quote.exact), place.end))
    return all(cuts_word(kept, old) or not cuts_word(text, new) for old, new in edges)


def _nearest(places: Sequence[TextPosition], asked: Selectors) -> Found:
    """Of places that are equally good, the one where the words stood, or the one that is clearly the nearest."""
    if asked.position in places:
        return Found(asked.position, _SAME, is_sure=True)
    by_distance = sorted(places, key=lambda place: abs(place.start - asked.position.start))
    nearest, *others = by_distance
    distance = abs(nearest.start - asked.position.start)
    is_clear = not others or abs(others[0].start - asked.position.start) >= CLEARLY_FARTHER * distance
    if others and not asked.quote.prefix and not asked.quote.suffix:
        is_clear = is_clear and len(asked.quote.exact) >= SHORT_CHARACTERS
    return Found(nearest, _SAME, is_sure=is_clear, is_ambiguous=not is_clear)


def _unchanged(text: str, asked: Selectors, is_allowed: Allowed) -> Found:
    exact = asked.quote.exact
    places = equal_places(text, exact, asked.position.start)
    allowed = [place for place in places if _are_words(text, place, asked.quote) and is_allowed(place)]
    judged = [(place, compare(text, place, asked)) for place in allowed]
    if len(judged) == 1 and len(exact) >= UNMISTAKABLE_CHARACTERS:
        return Found(*judged[0], is_sure=True)
    return _best(judged, asked)


def equal_places(text: str, exact: str, near: int) -> list[TextPosition]:
    """Where the words stand: from the old place onwards, and from there back, half of the limit each at most."""
    near = min(max(near, 0), len(text))
    # Backwards by reading a mirrored text: searching from the right can take time by the product of both lengths.
    last = len(text) - len(exact)
    before = [last - at for at in _hits(text[::-1], exact[::-1], last - near + 1)]
    return [TextPosition(start, start + len(exact)) for start in (*_hits(text, exact, near), *before)]


def _hits(text: str, exact: str, start: int) -> Iterator[int]:
    at = text.find(exact, max(start, 0))
    for _ in range(min(MAX_COMPARED, 2 + MAX_COMPARED_CHARACTERS // len(exact)) // 2):
        if at < 0:
            return
        yield at
        at = text.find(exact, at + 1)


def _changed(text: str, asked: Selectors, is_allowed: Allowed) -> Found:
    quote = asked.quote
    snippet = quote.prefix + quote.exact + quote.suffix
    words = TextPosition(len(quote.prefix), len(quote.prefix) + len(quote.exact))
    fitted = {fit(snippet, words, text, region) for region in find_regions(text, snippet)}
    places = [place for place in fitted if place and is_allowed(place)]
    return _best([(place, compare(text, place, asked)) for place in places], asked)


def _best(judged: Sequence[tuple[TextPosition, Likeness]], asked: Selectors) -> Found:
    """The most alike. Where another is as much alike, and not clearly farther away, none is sure."""
    if not judged:
        return NOT_FOUND
    place, likeness = max(judged, key=lambda one: (one[1].score, -one[0].start))
    length = len(asked.quote.exact)
    if not likeness.is_enough(length):
        return Found(place, likeness, is_sure=False)
    rivals = [
        other
        for other, its in judged
        if its.is_enough(length) and likeness.score - its.score <= SAME_SCORE and _are_apart(other, place)
    ]
    nearest = _nearest([place, *rivals], asked)
    if nearest.is_ambiguous:
        return Found(place, likeness, is_sure=False, is_ambiguous=True)
    return Found(nearest.place, dict(judged)[nearest.place or place], is_sure=True)


def _are_apart(one: TextPosition, other: TextPosition) -> bool:
    return one.end <= other.start or other.end <= one.start

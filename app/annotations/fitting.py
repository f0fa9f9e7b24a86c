"""Where changed words begin and end in a region of a new text."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Levenshtein

from app.annotations.words import Words
from app.essays.selectors import TextPosition, trim, widen_to_clusters

# Two equal words in a row are taken for the same ones; a lone one could be any "the".
SOLID_WORDS = 2
# Beginnings that are tried where the first word was changed. More changed words than this are no longer these words.
MAX_BEGINNINGS = 60
# At an edge of which so many characters more were lost than kept, the passage shrinks to what was kept: a sentence that
# says something else was never marked. Shorter edges stay, as of a sentence whose first word was changed.
LOST_EDGE = 32
# Comparing takes time and memory by the product of both numbers of words. So much is done in 50 ms, and is enough for
# passages of some thousand words.
MAX_COMPARISONS = 100_000_000


@dataclass(frozen=True, slots=True)
class _Side:
    """A snippet and a region, read forwards or backwards: both edges of a passage are found by the same steps."""

    snippet: str
    region: str
    old: Words
    new: Words
    went: Mapping[int, int]

    def place_of(self, word: int) -> int:
        return self.new.starts[word] if word < len(self.new.starts) else len(self.region)


def fit(snippet: str, words: TextPosition, text: str, region: TextPosition) -> TextPosition | None:
    """The place in `region` of `text` that corresponds to `words` in `snippet`, which has some text around them.

    None where nothing corresponds, or where both are too long for a comparison.
    """
    new_text = text[region.start : region.end]
    old, new = Words.of(snippet), Words.of(new_text)
    if len(old.keys) * len(new.keys) > MAX_COMPARISONS:
        return None
    went = _align(old.keys, new.keys)
    start = _beginning(_Side(snippet, new_text, old, new, went), words)
    end = len(new_text) - _beginning(_mirrored(snippet, new_text, old, new, went), _mirror(words, len(snippet)))
    if start >= end or not new_text[start:end].strip():
        return None
    place = trim(text, region.start + start, region.start + end)
    return _unchanged(snippet[words.start : words.end], text, place) or widen_to_clusters(text, place)


def _unchanged(exact: str, text: str, place: TextPosition) -> TextPosition | None:
    """The very words, if they stand there: an edge may have been taken for its neighbour's."""
    at = text.find(exact, max(place.start - len(exact), 0), place.end + len(exact))
    is_there = at >= 0 and at < place.end and place.start < at + len(exact)
    return TextPosition(at, at + len(exact)) if is_there else None


def _mirrored(snippet: str, region: str, old: Words, new: Words, went: Mapping[int, int]) -> _Side:
    last_old, last_new = len(old.keys) - 1, len(new.keys) - 1
    backwards = {last_old - one: last_new - other for one, other in went.items()}
    return _Side(snippet[::-1], region[::-1], old.mirrored(len(snippet)), new.mirrored(len(region)), backwards)


def _mirror(words: TextPosition, length: int) -> TextPosition:
    return TextPosition(length - words.end, length - words.start)


def _align(old: list[str], new: list[str]) -> dict[int, int]:
    """Old words and the new ones that they became, in order, without lone words that could be any."""
    went: dict[int, int] = {}
    for step in Indel.opcodes(old, new):
        length = step.src_end - step.src_start
        if step.tag == "equal" and (length >= SOLID_WORDS or len(old) < SOLID_WORDS):
            went.update(zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True))
    return went


def _beginning(side: _Side, words: TextPosition) -> int:
    """The place in the region where the words begin.

    Where their first word was kept, there. Otherwise behind the last word kept before them and at or before the first
    that was kept of them: where the text from there on is most like what the words began with.
    """
    first, behind = side.old.touching(words.start, words.end)
    if remnant := _remnant(side, first, behind):
        return side.place_of(side.went[remnant])
    if first in side.went:
        return side.place_of(side.went[first]) + max(words.start - side.old.starts[first], 0)
    before = max((word for word in side.went if word < first), default=-1)
    kept = min((word for word in side.went if word >= first), default=len(side.old.keys))
    low = side.went[before] + 1 if before >= 0 else 0
    high = side.went.get(kept, len(side.new.keys))
    if before == first - 1 and before >= 0 and kept < behind:
        return side.place_of(low)
    head_end = min(side.old.starts[kept], words.end) if kept < len(side.old.keys) else words.end
    head, end = side.snippet[words.start : head_end], side.place_of(high)
    candidates = map(side.place_of, range(max(low, high - MAX_BEGINNINGS), high + 1))
    return max(candidates, key=lambda start: Levenshtein.normalized_similarity(head, side.region[start:end]))


def _remnant(side: _Side, first: int, behind: int) -> int | None:
    """The first of the words `first` to `behind` that is left, if what came before it was lost as good as wholly."""
    balance, lowest, remnant = 0, -LOST_EDGE, None
    for word in range(first, behind):
        length = side.old.ends[word] - (side.old.ends[word - 1] if word > first else side.old.starts[word])
        balance += length if word in side.went else -length
        if balance <= lowest:
            lowest, remnant = balance, word + 1
    return remnant if remnant in side.went else None

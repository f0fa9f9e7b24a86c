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
    return widen_to_clusters(text, place)


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
    if first in side.went:
        start = side.new.starts[side.went[first]] + words.start - side.old.starts[first]
        return max(start, side.new.starts[side.went[first]])
    before = max((word for word in side.went if word < first), default=-1)
    kept = min((word for word in side.went if word >= first), default=len(side.old.keys))
    low = side.went[before] + 1 if before >= 0 else 0
    high = side.went.get(kept, len(side.new.keys))
    if before == first - 1 and before >= 0 and kept < behind:
        return _place_of(side, low)
    return _most_alike(side, words, low, high, min(kept, behind))


def _place_of(side: _Side, word: int) -> int:
    return side.new.starts[word] if word < len(side.new.starts) else len(side.region)


def _most_alike(side: _Side, words: TextPosition, low: int, high: int, kept: int) -> int:
    """Of the new words `low` to `high`, the beginning of the stretch that is most like the old words before `kept`."""
    old_end = min(side.old.starts[kept] if kept < len(side.old.starts) else words.end, words.end)
    head = side.snippet[words.start : old_end]
    begin = max(low, high - MAX_BEGINNINGS)
    candidates = [_place_of(side, word) for word in range(begin, high + 1)]
    return max(candidates, key=lambda place: _likeness(side, head, place, _place_of(side, high)))


def _likeness(side: _Side, head: str, place: int, end: int) -> float:
    return Levenshtein.normalized_similarity(head, side.region[place:end])

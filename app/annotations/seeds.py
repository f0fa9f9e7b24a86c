"""Regions of a text that share pieces with a snippet: where a closer look for changed words pays."""

from collections import Counter
from collections.abc import Iterator

from app.essays.selectors import TextPosition

# Pieces of the snippet that are looked up. One of this length that survived an edit is seldom elsewhere by chance.
SEED_CHARACTERS = 8
MAX_SEEDS = 64
# A piece with more places than this tells nothing; the limit also bounds the work in a text that repeats itself.
MAX_HITS = 40
# As many regions are looked at closely.
MAX_REGIONS = 4
# Edits shift what follows them: pieces whose shifts differ by less are of one region.
LEAST_SHIFT = 64


def find_regions(text: str, snippet: str) -> list[TextPosition]:
    """The regions that share most pieces with the snippet, best first, each somewhat longer than the snippet."""
    spread = max(LEAST_SHIFT, len(snippet) // 4)
    votes: Counter[int] = Counter()
    for offset, seed in _seeds(snippet):
        for hit in _hits(text, seed):
            votes[(hit - offset) // spread] += 1
    # A region whose shifts straddle two steps counts with its neighbour.
    totals = {step: count + votes.get(step + 1, 0) for step, count in votes.items()}
    best = sorted(totals, key=lambda step: (-totals[step], step))[:MAX_REGIONS]
    return [_region(text, step * spread, spread, len(snippet)) for step in best]


def _seeds(snippet: str) -> Iterator[tuple[int, str]]:
    length = min(SEED_CHARACTERS, max(2, len(snippet) // 4))
    stride = max(length // 2, len(snippet) // MAX_SEEDS, 1)
    for offset in range(0, len(snippet) - length + 1, stride):
        yield offset, snippet[offset : offset + length]


def _hits(text: str, seed: str) -> list[int]:
    """Every place of the seed; none if there are too many."""
    hits: list[int] = []
    at = text.find(seed)
    while at >= 0:
        hits.append(at)
        if len(hits) > MAX_HITS:
            return []
        at = text.find(seed, at + 1)
    return hits


def _region(text: str, start: int, spread: int, length: int) -> TextPosition:
    return TextPosition(max(start - spread, 0), max(min(start + 3 * spread + length, len(text)), 1))

"""How alike a place is to what was kept of a passage, and whether that is enough.

Weights and thresholds follow docs/ARCHITECTURE.md, "Where an annotation stands": those of the leading annotation tools,
with the lower limit that they lack. A wrong place is worse than no place.
"""

from dataclasses import dataclass

import regex
from rapidfuzz.distance import Levenshtein

from app.essays.selectors import Selectors, TextPosition, TextQuote

# A score is the weighted mean of four values from 0 to 1. The position only breaks ties.
QUOTE_WEIGHT = 50
PREFIX_WEIGHT = 20
SUFFIX_WEIGHT = 20
POSITION_WEIGHT = 2
# The least score of a place. Unlike words in the same surroundings reach about 0.6, the same words in others as well.
LEAST_SCORE = 0.7
# Words shorter than this are often the same by chance, so that their surroundings must be at least half the same.
SHORT_CHARACTERS = 32
LEAST_CONTEXT = 0.5
# At most half of the characters may differ, and of long passages at most as many as in a few sentences.
MOST_ERRORS = 256
# Words as long as this are not written twice, and need no surroundings to be known again.
UNMISTAKABLE_CHARACTERS = 128
# Less of a sentence around the words is no surroundings: then the sentences beside it count as well.
LEAST_SURROUNDINGS = 8

_SENTENCE_BREAK = regex.compile(r"[.!?…。！？｡؟۔।॥][\"'”’»)\]]*\s|\n")


@dataclass(frozen=True, slots=True)
class Likeness:
    """From 0 to 1 each: of the words, of the text around them within their sentence, and of everything together."""

    quote: float
    context: float
    score: float

    @property
    def is_alike(self) -> bool:
        return self.quote > 0 and self.score >= LEAST_SCORE

    def is_enough(self, length: int) -> bool:
        """Whether words of this length may be said to stand here."""
        return self.is_alike and (length >= SHORT_CHARACTERS or self.context >= LEAST_CONTEXT)


def compare(text: str, place: TextPosition, selectors: Selectors, *, within_paragraph: bool = False) -> Likeness:
    """How alike the place is to what was kept.

    `within_paragraph` leaves out surroundings that belong to neighbouring paragraphs, for a paragraph that is known to
    have come here: what stands beside it says nothing then.
    """
    quote = selectors.quote
    prefix = text[max(place.start - len(quote.prefix), 0) : place.start]
    suffix = text[place.end : place.end + len(quote.suffix)]
    sides = [
        (PREFIX_WEIGHT, quote.prefix, prefix, _before(quote.prefix, "\n\n")),
        (SUFFIX_WEIGHT, quote.suffix, suffix, _after(quote.suffix, "\n\n")),
    ]
    if within_paragraph and len(quote.exact) >= SHORT_CHARACTERS:
        sides = [side for side in sides if len(side[3].strip()) >= LEAST_SURROUNDINGS]
    alike = _quote_likeness(quote.exact, text[place.start : place.end])
    values = [(QUOTE_WEIGHT, alike), (POSITION_WEIGHT, _nearness(text, place, selectors.position))]
    values += [(weight, _alike(kept, here)) for weight, kept, here, _ in sides if kept]
    score = sum(weight * value for weight, value in values) / sum(weight for weight, _ in values)
    return Likeness(alike, _context(quote, prefix, suffix), score)


def _quote_likeness(exact: str, here: str) -> float:
    """Nothing beyond the errors that are allowed."""
    allowed = min(MOST_ERRORS, len(exact) // 2)
    errors = Levenshtein.distance(exact, here, score_cutoff=allowed)
    return 1 - errors / max(len(exact), len(here), 1) if errors <= allowed else 0.0


def _nearness(text: str, place: TextPosition, position: TextPosition) -> float:
    return max(0.0, 1 - abs(place.start - position.start) / max(len(text), 1))


def _context(quote: TextQuote, prefix: str, suffix: str) -> float:
    """Of the rest of the sentence around the words; where that is next to nothing, of all that was kept around them.

    A word at the beginning of a sentence would otherwise be half known by the sentence before it.
    """
    before, after = _own_before(quote.prefix), _own_after(quote.suffix)
    if len(before.strip()) + len(after.strip()) < LEAST_SURROUNDINGS:
        before, after = quote.prefix, quote.suffix
    if not before and not after:
        return 0.0
    kept = len(before) * _alike(before, prefix[max(len(prefix) - len(before), 0) :]) if before else 0.0
    kept += len(after) * _alike(after, suffix[: len(after)]) if after else 0.0
    return kept / (len(before) + len(after))


def _own_before(prefix: str) -> str:
    breaks = list(_SENTENCE_BREAK.finditer(prefix))
    return prefix[breaks[-1].end() :] if breaks else prefix


def _own_after(suffix: str) -> str:
    found = _SENTENCE_BREAK.search(suffix)
    return suffix[: found.start() + 1] if found else suffix


def _before(prefix: str, separator: str) -> str:
    return prefix.rpartition(separator)[2]


def _after(suffix: str, separator: str) -> str:
    return suffix.partition(separator)[0]


def _alike(kept: str, here: str) -> float:
    return Levenshtein.normalized_similarity(kept, here)

"""What an essay says nearest to words that it does not hold exactly."""

from rapidfuzz import fuzz

# Of the words, which are compared: enough to find the place. The search can take time by the square of their length,
# and seconds in a text that repeats itself.
COMPARED_CHARACTERS = 200
NEAR_ENOUGH = 65  # Of 100, RapidFuzz's partial ratio; less alike, a suggestion would only puzzle.


def nearest_words(words: str, text: str, least: int = NEAR_ENOUGH) -> str:
    """The most similar stretch of `text`, widened to whole words; empty where none is as alike as `least`."""
    compared = words[:COMPARED_CHARACTERS]
    nearest = fuzz.partial_ratio_alignment(compared, text, score_cutoff=least)
    if nearest is None:
        return ""
    start, end = nearest.dest_start, nearest.dest_end + len(words) - len(compared)
    widened = _widen(text, start, min(end, len(text)))
    # Some scripts write no spaces: there a word would be the whole paragraph.
    return widened if len(widened) < 2 * len(words) else text[start:end].strip()


def _widen(text: str, start: int, end: int) -> str:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end].strip()

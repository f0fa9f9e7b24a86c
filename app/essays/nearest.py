"""Where an essay says something like words that it does not hold exactly."""

from rapidfuzz import fuzz


def nearest_words(words: str, text: str) -> str:
    """The most similar stretch of `text`, widened to whole words; empty where nothing is similar."""
    nearest = fuzz.partial_ratio_alignment(words, text)
    if nearest is None or nearest.score == 0:
        return ""
    start, end = nearest.dest_start, nearest.dest_end
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[start:end].strip()

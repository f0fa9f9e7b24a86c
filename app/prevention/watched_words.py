"""Which watched words a text has, and what follows from them. Pure.

A pattern is a word or several in a row. `*` stands for any letters or none, so `spam` is the whole word and `spam*`
every word that begins with it. Text and pattern are folded alike (app/prevention/folding.py), and a text is looked
through as it was typed and as it is shown (app/prevention/readings.py).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.models import WatchAction
from app.prevention.folding import FoldedWord, fold_word, fold_words, without_disguise
from app.prevention.readings import readings_of

LONGEST_PATTERN = 60  # Characters: a few words. What is longer is a text, not a word.
MOST_STARS = 2  # In one word. More match nearly everything, and take long to compare.
LEAST_LETTERS = 2  # In each pattern, beside its stars: a single letter is in every text.
MOST_PATTERNS = 500  # In one place: each costs a comparison with every text.
STRENGTH = {WatchAction.BLOCK: 3, WatchAction.HOLD: 2, WatchAction.FLAG: 1}


class Watched(NamedTuple):
    pattern: str
    action: WatchAction


class Match(NamedTuple):
    """A pattern that a text has, and the words that it was found in."""

    pattern: str
    action: WatchAction
    words: str


class BadPattern(ValueError):
    """A sentence for who typed it."""


def clean_pattern(typed: str) -> str:
    """The pattern as it is kept: one spelling for all that fold alike. Raises BadPattern."""
    words = [_fold_part(word) for word in re.findall(r"[\w@$*]+", without_disguise(typed))]
    pattern = " ".join(word for word in words if word)
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"At most {LONGEST_PATTERN} characters fit here; this has {len(pattern)}.")
    if sum(map(str.isalnum, pattern)) < LEAST_LETTERS:
        raise BadPattern(f"Please give at least {LEAST_LETTERS} letters: this would be in nearly every text.")
    if any(not word.strip("*") or word.count("*") > MOST_STARS for word in pattern.split()):
        raise BadPattern(f"Each word needs letters and may have at most {MOST_STARS} stars.")
    return pattern


def find_watched(texts: Iterable[str], watched: Sequence[Watched]) -> list[Match]:
    """What of the watched is in the texts, the strongest first."""
    words = [word for text in texts for reading in readings_of(text) for word in (*fold_words(reading), _END)]
    known = {word.folded for word in words}
    joined = " ".join(known)
    matches = []
    for pattern, action in watched:
        parts = pattern.split()
        if all(_may_fit(part, known, joined) for part in parts) and (found := _find(parts, words)):
            matches.append(Match(pattern, action, found))
    return sorted(matches, key=lambda match: -STRENGTH[match.action])


_END = FoldedWord("", "")  # Between two texts, so that words in a row are words of one text.


def _may_fit(part: str, known: set[str], joined: str) -> bool:
    """Whether it is worth while to compare: quick, since nearly no pattern is in a text."""
    return max(part.split("*"), key=len) in joined if "*" in part else part in known


def _find(parts: list[str], words: list[FoldedWord]) -> str:
    """The first words of the text that the pattern's words fit, one after the other; nothing if there are none."""
    fits = [_fits(part, words) for part in parts]
    for start in sorted(fits[0]):
        if all(start + place in fit for place, fit in enumerate(fits)):
            return " ".join(word.shown for word in words[start : start + len(parts)])
    return ""


def _fits(part: str, words: list[FoldedWord]) -> set[int]:
    if "*" not in part:
        return {place for place, word in enumerate(words) if word.folded == part}
    expression = _expression(part)
    fitting = {word.folded for word in set(words) if word.folded and expression.fullmatch(word.folded)}
    return {place for place, word in enumerate(words) if word.folded in fitting}


@lru_cache(maxsize=2 * MOST_PATTERNS)
def _expression(part: str) -> re.Pattern[str]:
    return re.compile(r"\w*".join(map(re.escape, part.split("*"))))


def _fold_part(word: str) -> str:
    """Letters between stars, each folded as a part of the whole word."""
    folded = fold_word(word.replace("*", "")) if "*" in word else fold_word(word)
    if "*" not in word:
        return folded
    places = [place for place, sign in enumerate(word) if sign == "*"]
    for place in places:
        folded = f"{folded[:place]}*{folded[place:]}"
    return re.sub(r"\*{2,}", "*", folded)

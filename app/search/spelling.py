"""What somebody may have meant who mistyped a word: the nearest word that some text holds."""

import re
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import text

from app.db import Reader

# Shorter words have too many neighbours, and most short words that are not found are names.
_WORD = re.compile(r"[^\W\d_]{4,30}")
_NEAR = text("""
    SELECT asked.word, near.words
    FROM unnest(CAST(:words AS text[])) AS asked (word), LATERAL (
        SELECT array_agg(alike.word) AS words FROM (
            SELECT DISTINCT word, similarity(word, unaccent(asked.word)) AS likeness
            FROM search_words WHERE word % unaccent(asked.word) ORDER BY likeness DESC, word LIMIT 20
        ) alike
    ) near
""")
LETTERS_PER_MISTAKE = 4


async def correct(db: Reader, words: str) -> str | None:
    """The same search with every word that no text holds replaced by the nearest that one does; nothing if there is
    none. One statement."""
    asked = sorted({word.lower() for word in _WORD.findall(words)})
    if not asked:
        return None
    meant = {row.word: _nearest(row.word, row.words or []) for row in await db.execute(_NEAR, {"words": asked})}
    corrected = _WORD.sub(lambda found: meant.get(found[0].lower()) or found[0], words)
    return corrected if corrected.lower() != words.lower() else None


def _nearest(word: str, known: list[Any]) -> str | None:
    """Itself where it is known; else the one with the fewest mistakes, if these are few for its length."""
    if word in known:
        return word
    mistakes = {each: DamerauLevenshtein.distance(word, each) for each in known}
    best = min(known, key=mistakes.__getitem__, default=None)
    return best if best is not None and mistakes[best] <= len(word) / LETTERS_PER_MISTAKE else None

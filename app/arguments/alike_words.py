"""Claims of a debate that are made of the same words, in whatever order and with whatever endings: full text finds
what letters in a row do not. Pure SQL: one statement, bounded however many claims share a topic."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# Of the words that are said those with the most letters are looked for: they are mostly the rarer ones.
WORDS_LOOKED_FOR = 8
COMPARED = 300  # More claims with three of these words in common are a topic; any of them serve to show it.
LEAST_SHARED = 0.5  # Of the words of both: found by reading, below it claims on one topic say different things.
SHOWN = 4
# The same words in another order say almost the same, and nearly all of them much the same: this takes shares of words
# to where shares of letter triples stand for that (app/arguments/alike.py).
TO_LIKENESS = 0.85

# Three words in common: a claim, without the words that every sentence has, is made of five to ten.
_STATEMENT = text(r"""
WITH said AS (
    SELECT tsvector_to_array(to_tsvector('rejoinder', :claim)) AS words
), told AS (
    SELECT quote_literal(word) || '\:A' AS word, row_number() OVER (ORDER BY length(word) DESC, word) AS place
    FROM said, unnest(words) AS word LIMIT :looked_for
), asked AS (
    SELECT string_agg(format('%s & %s & %s', a.word, b.word, c.word), ' | ')::tsquery AS query
    FROM told a JOIN told b ON b.place > a.place JOIN told c ON c.place > b.place
), found AS (
    SELECT id, claim, relation, position_id, version, author_id,
           tsvector_to_array(ts_filter(search_vector, '{a}')) AS words
    FROM arguments
    WHERE debate_id = :debate AND search_vector @@ (SELECT query FROM asked)
      AND hidden_by_id IS NULL AND withdrawn_at IS NULL
    LIMIT :compared
), compared AS (
    SELECT found.*, 2.0 * cardinality(ARRAY(SELECT unnest(found.words) INTERSECT SELECT unnest(said.words)))
           / (cardinality(found.words) + cardinality(said.words)) AS shared
    FROM found, said
)
SELECT c.id, c.claim, c.relation, p.number, p.name, c.version, c.author_id, CAST(:to_likeness * c.shared AS float)
FROM compared c LEFT JOIN positions p ON p.debate_id = :debate AND p.id = c.position_id
WHERE c.shared >= :least_shared ORDER BY c.shared DESC, c.id LIMIT :shown
""")
_NUMBERS = {
    "looked_for": WORDS_LOOKED_FOR, "compared": COMPARED, "least_shared": LEAST_SHARED, "shown": SHOWN,
    "to_likeness": TO_LIKENESS,
}  # fmt: skip


async def find_same_words(db: AsyncSession | AsyncConnection, debate_id: int, claim: str) -> list[tuple[Any, ...]]:
    """Rows of AlikeClaim, the most alike first."""
    rows = await db.execute(_STATEMENT, {"debate": debate_id, "claim": claim, **_NUMBERS})
    return [tuple(row) for row in rows]

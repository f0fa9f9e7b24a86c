"""Arguments of a debate that say much the same as somebody is about to say."""

from typing import NamedTuple

from sqlalchemy import Text, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.arguments.alike_words import find_same_words
from app.models import Argument, Position, Relation
from app.models.argument import LISTED

# Shares of common letter triples (pg_trgm's similarity) that were found by reading: below the first, claims on one
# topic are listed that say different things; above the second, few people call two claims different.
WORTH_A_LOOK = 0.4
ALMOST_THE_SAME = 0.75
SHOWN = 4  # More than that nobody reads while writing.
FEWEST_LETTERS = 12


_CLAIM = bindparam("claim", type_=Text)
_LIKENESS = func.similarity(Argument.claim, _CLAIM)
_ALIKE = (
    select(
        Argument.id, Argument.claim, Argument.relation, Position.number, Position.name, Argument.version,
        Argument.author_id, _LIKENESS.label("likeness"),
    )
    .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
    .where(
        Argument.debate_id == bindparam("debate"), Argument.claim.bool_op("%")(_CLAIM), LISTED,
        _LIKENESS >= WORTH_A_LOOK,
    )
    .order_by(_LIKENESS.desc(), Argument.id)
    .limit(SHOWN)
)  # fmt: skip


class AlikeClaim(NamedTuple):
    id: int
    claim: str
    relation: Relation | None
    side: int | None
    side_name: str | None
    version: int
    author_id: int | None
    likeness: float  # A share of common letter triples, or what a share of common words is worth beside it.

    @property
    def is_almost_the_same(self) -> bool:
        return self.likeness >= ALMOST_THE_SAME


async def find_alike(db: AsyncSession | AsyncConnection, debate_id: int, claim: str) -> list[AlikeClaim]:
    """The most alike first, by their letters or by their words; two statements. Hidden and withdrawn arguments answer
    nobody and are left out."""
    if len(claim) < FEWEST_LETTERS:
        return []
    by_letters = await _find_same_letters(db, debate_id, claim)
    by_words = [AlikeClaim(*row) for row in await find_same_words(db, debate_id, claim)]
    return _most_alike(by_letters + by_words)


def _most_alike(found: list[AlikeClaim]) -> list[AlikeClaim]:
    """Each once, by the likeness that is greater."""
    best = {each.id: each for each in sorted(found, key=lambda each: each.likeness)}
    return sorted(best.values(), key=lambda each: (-each.likeness, each.id))[:SHOWN]


async def _find_same_letters(db: AsyncSession | AsyncConnection, debate_id: int, claim: str) -> list[AlikeClaim]:
    return [AlikeClaim(*row) for row in await db.execute(_ALIKE, {"debate": debate_id, "claim": claim})]


def is_news(alike: list[AlikeClaim], seen: str) -> bool:
    """Whether one of these says almost the same and was not yet shown; `seen` holds the ids that were."""
    shown = set(seen.split(","))
    return any(each.is_almost_the_same and str(each.id) not in shown for each in alike)

"""Arguments of a debate to choose one from: found by words, by likeness, or by an address."""

import re
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.arguments.alike import find_alike
from app.db import Reader
from app.models import Argument, Position, Relation, User
from app.models.argument import LISTED
from app.targets import LARGEST_ID

SHOWN = 12  # Who does not find it among these looks for other words.
_ADDRESS = re.compile(r"(?:^|/arguments/)#?(\d{1,18})(?:[/?#].*)?$")


class Candidate(NamedTuple):
    """An argument to choose."""

    id: int
    claim: str
    relation: Relation | None
    side: int | None
    side_name: str | None
    author_name: str | None


def address_in(words: str) -> int | None:
    """The number of the argument whose address, or number alone, was typed instead of words."""
    found = _ADDRESS.search(words.strip())
    return min(int(found[1]), LARGEST_ID) if found else None


async def find_candidates(db: Reader, debate_id: int, argument_id: int, claim: str, words: str) -> list[Candidate]:
    """Listed arguments of the debate with these words in claim or grounds, the best first; without words, those whose
    claims are most alike."""
    if not words:
        alike = [each.id for each in await find_alike(db, debate_id, claim)]
        return await _load(db, debate_id, argument_id, Argument.id.in_(alike), func.similarity(Argument.claim, claim))
    query = func.websearch_to_tsquery("rejoinder", words)
    is_meant = or_(Argument.search_vector.bool_op("@@")(query), Argument.id == address_in(words))
    return await _load(db, debate_id, argument_id, is_meant, func.ts_rank(Argument.search_vector, query, 1))


async def _load(
    db: Reader, debate_id: int, argument_id: int, condition: ColumnElement[bool], rank: ColumnElement[float]
) -> list[Candidate]:
    statement = (
        select(Argument.id, Argument.claim, Argument.relation, Position.number, Position.name, User.display_name)
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .outerjoin(User, User.id == Argument.author_id)
        .where(Argument.debate_id == debate_id, Argument.id != argument_id, LISTED, condition)
        .order_by(rank.desc(), Argument.id)
        .limit(SHOWN)
    )
    return [Candidate._make(row) for row in await db.execute(statement)]

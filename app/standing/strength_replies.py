"""The replies that bear on an argument's strength, the strongest first, with what each is kept to pass on."""

from typing import NamedTuple

from sqlalchemy import TextClause, text

from app.db import Reader
from app.models import Relation
from app.standing.strength_explained import ReplyShare

# The page is chosen by the index of replies alone. A rival is looked for among what its author wrote: without `+ 0`
# PostgreSQL goes through all the replies once for each that is shown.
_REPLIES = """
    SELECT reply.id, CASE WHEN hidden_by_id IS NULL THEN claim END, removed_under,
           agree_count + disagree_count + pass_count, hidden_by_id IS NULL AND withdrawn_at IS NULL,
           strength, undercuts_leave, passed_on, stronger.id, reply.relation
    FROM (
        SELECT * FROM arguments
        WHERE debate_id = :debate AND parent_id = :argument AND relation = '{relation}' {after}
        ORDER BY strength DESC, id LIMIT :shown + 1
    ) reply
    LEFT JOIN LATERAL (
        SELECT rival.id FROM arguments rival
        WHERE rival.author_id = reply.author_id AND rival.debate_id = reply.debate_id
          AND rival.parent_id + 0 = reply.parent_id AND rival.relation = reply.relation
          AND (rival.passed_on, -rival.id) > (reply.passed_on, -reply.id)
        ORDER BY rival.passed_on DESC, rival.id LIMIT 1
    ) stronger ON true
"""
_AFTER = """
    AND strength <= (SELECT strength FROM arguments WHERE debate_id = :debate AND id = :after)
    AND (-strength, id) > (SELECT -strength, id FROM arguments WHERE debate_id = :debate AND id = :after)
"""


def _select(relations: tuple[Relation, ...], after: str = "") -> TextClause:
    parts = [f"({_REPLIES.format(relation=relation.value, after=after)})" for relation in relations]
    return text(" UNION ALL ".join(parts) + " ORDER BY 6 DESC, 1")


_STRONGEST = _select(tuple(Relation))
_FOLLOWING = {relation: _select((relation,), _AFTER) for relation in Relation}


class StrongReplies(NamedTuple):
    """Of one relation; `more_after` is the id behind which more follow."""

    shares: list[ReplyShare]
    more_after: int | None


async def load_strongest_shares(
    db: Reader, debate_id: int, argument_id: int, shown: int
) -> dict[Relation, StrongReplies]:
    """Of each relation; one statement."""
    asked = {"debate": debate_id, "argument": argument_id, "shown": shown}
    rows = (await db.execute(_STRONGEST, asked)).all()
    return {
        relation: _page([ReplyShare(*row[:-1]) for row in rows if row[-1] == relation], shown) for relation in Relation
    }


async def load_following_shares(
    db: Reader, debate_id: int, argument_id: int, relation: Relation, after: int, shown: int
) -> StrongReplies:
    """Those behind the reply of the id `after`."""
    asked = {"debate": debate_id, "argument": argument_id, "after": after, "shown": shown}
    rows = await db.execute(_FOLLOWING[relation], asked)
    return _page([ReplyShare(*row[:-1]) for row in rows], shown)


def _page(shares: list[ReplyShare], shown: int) -> StrongReplies:
    return StrongReplies(shares[:shown], shares[shown - 1].id if len(shares) > shown else None)

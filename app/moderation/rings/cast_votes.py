"""The votes and judgements of some people on one author's arguments, as they are now."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.models import Action
from app.moderation.decision_queries import DecisionView
from app.moderation.rings.people import Ring

_CAST = text("""
    SELECT v.argument_id, v.user_id, v.value, v.is_counted, v.changed_at
    FROM (
        SELECT debate_id, argument_id, user_id, value, is_counted, changed_at FROM votes
        UNION ALL
        SELECT debate_id, argument_id, user_id, CASE WHEN bears THEN 'yes' ELSE 'no' END, is_counted, changed_at
        FROM bearings
    ) v
    JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
    WHERE v.debate_id = :debate AND v.user_id = ANY(CAST(:voters AS bigint[])) AND a.author_id = :author
    ORDER BY v.argument_id, v.user_id, v.value
""")
_IN_FORCE = text("""
    SELECT voter_id, decision_id FROM vote_discounts
    WHERE debate_id = :debate AND author_id = :author AND voter_id = ANY(CAST(:voters AS bigint[]))
      AND lifted_at IS NULL
    ORDER BY voter_id
""")


# What undoing the decision counts again (app/votes/discounting.py).
_STOPPED = text("""
    SELECT count(*), coalesce(sum(votes.count), 0)::bigint, coalesce(sum(bearings.count), 0)::bigint
    FROM vote_discounts d
    CROSS JOIN LATERAL (
        SELECT count(*) FROM votes v WHERE v.debate_id = d.debate_id AND v.user_id = d.voter_id AND NOT v.is_counted
        AND v.argument_id = ANY(d.stopped_votes)
    ) votes
    CROSS JOIN LATERAL (
        SELECT count(*) FROM bearings b WHERE b.debate_id = d.debate_id AND b.user_id = d.voter_id AND NOT b.is_counted
        AND b.argument_id = ANY(d.stopped_bearings)
    ) bearings
    WHERE d.decision_id = :decision AND d.lifted_at IS NULL
""")


class Cast(NamedTuple):
    argument_id: int
    voter_id: int
    value: str  # agree, disagree, pass; yes or no for a judgement of the link.
    is_counted: bool
    changed_at: object


@dataclass(frozen=True, slots=True)
class CastVotes:
    """`discounted`: of whom a decision discounts the votes already, and which."""

    votes: list[Cast]
    discounted: dict[int, int]

    @property
    def counted(self) -> list[Cast]:
        return [vote for vote in self.votes if vote.is_counted]

    @property
    def version(self) -> str:
        """Tells whether these votes, or what is discounted of them, have changed; others' votes do not matter to it."""
        return _digest([*self.votes, *self.discounted.items()])


class Stopped(NamedTuple):
    """What a decision keeps from counting, of all whom it is about."""

    voter_count: int
    vote_count: int
    judgement_count: int


async def find_stopped(db: Reader, decision: DecisionView) -> Stopped | None:
    """None of decisions of other kinds, and where nothing of it is left to count again."""
    if decision.action != Action.DISCOUNT:
        return None
    stopped = Stopped._make((await db.execute(_STOPPED, {"decision": decision.id})).one())
    return stopped if stopped.voter_count else None


async def load_cast_votes(db: Reader, debate_id: int, ring: Ring) -> CastVotes:
    """In two statements."""
    of_ring = {"debate": debate_id, "author": ring.author.id, "voters": ring.voter_ids}
    votes = [Cast._make(row) for row in await db.execute(_CAST, of_ring)]
    discounted = {row.voter_id: row.decision_id for row in await db.execute(_IN_FORCE, of_ring)}
    return CastVotes(votes, discounted)


def _digest(values: Iterable[object]) -> str:
    hashed = sha256()
    for value in values:
        hashed.update(f"{value!r}\n".encode())
    return hashed.hexdigest()

"""How many votes were cast and how many of them count, with the reasons for the difference and without a name."""

from typing import NamedTuple

from sqlalchemy import TextClause, text

from app.db import Reader
from app.votes.discounting import COVERS

# What does not count is few: a partial index finds it.
_REASONS = """
    SELECT EXISTS (
        SELECT FROM vote_discounts d JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
        WHERE d.debate_id = v.debate_id AND d.voter_id = v.user_id AND {covers} AND d.lifted_at IS NULL
    ) AS is_discounted
    FROM {table} v WHERE v.debate_id = :debate AND NOT v.is_counted
"""
_OF_ARGUMENT = """
    SELECT count(*) FILTER (WHERE is_vote AND NOT is_discounted), count(*) FILTER (WHERE is_vote AND is_discounted),
           count(*) FILTER (WHERE NOT is_vote AND NOT is_discounted),
           count(*) FILTER (WHERE NOT is_vote AND is_discounted)
    FROM (
        SELECT true AS is_vote, is_discounted FROM ({votes}
            AND v.argument_id = :argument) votes
        UNION ALL
        SELECT false, is_discounted FROM ({bearings}
            AND v.argument_id = :argument) bearings
    ) uncounted
"""
_OF_DEBATE = """
    SELECT vote_count + (SELECT coalesce(sum(vote_step), 0) FROM debate_changes WHERE debate_id = :debate)::bigint,
           waiting, discounted,
           (SELECT coalesce(sum(agree_count + disagree_count + pass_count), 0) FROM arguments
            WHERE debate_id = :debate AND (hidden_by_id IS NOT NULL OR withdrawn_at IS NOT NULL))::bigint
    FROM debates, (
        SELECT count(*) FILTER (WHERE NOT is_discounted) AS waiting, count(*) FILTER (WHERE is_discounted) AS discounted
        FROM ({votes}) votes
    ) uncounted
    WHERE debates.id = :debate
"""
_OF_PERSON = text(f"""
    SELECT coalesce(sum(votes), 0)::bigint, coalesce(sum(waiting), 0)::bigint, coalesce(sum(discounted), 0)::bigint
    FROM debates
    CROSS JOIN LATERAL (
        SELECT count(*) AS votes, count(*) FILTER (WHERE NOT v.is_counted AND d.id IS NULL) AS waiting,
               count(*) FILTER (WHERE NOT v.is_counted AND d.id IS NOT NULL) AS discounted
        FROM votes v
        JOIN arguments a ON a.debate_id = v.debate_id AND a.id = v.argument_id
        LEFT JOIN vote_discounts d ON d.debate_id = v.debate_id AND d.voter_id = v.user_id
            AND {COVERS} AND d.lifted_at IS NULL
        WHERE v.debate_id = debates.id AND v.user_id = :user
    ) of_debate
""")  # noqa: S608  (a condition of ours)


def _reasons(table: str) -> str:
    return _REASONS.format(table=table, covers=COVERS)


def _statement(whole: str) -> TextClause:
    return text(whole.format(votes=_reasons("votes"), bearings=_reasons("bearings")))


_ARGUMENT, _DEBATE = _statement(_OF_ARGUMENT), _statement(_OF_DEBATE)


class Uncounted(NamedTuple):
    """What was cast on an argument and does not count: its votes, and judgements of its link."""

    waiting: int = 0  # Of new or unconfirmed accounts.
    discounted: int = 0  # By moderators.
    bears_waiting: int = 0
    bears_discounted: int = 0

    @property
    def votes(self) -> int:
        return self.waiting + self.discounted

    @property
    def judgements(self) -> int:
        return self.bears_waiting + self.bears_discounted


class VoteTotals(NamedTuple):
    """Votes on the claims of a debate, or of one person."""

    cast: int
    waiting: int
    discounted: int
    unlisted: int = 0  # Counted, on arguments that are hidden or withdrawn.

    @property
    def counted(self) -> int:
        return self.cast - self.waiting - self.discounted


async def load_uncounted(db: Reader, debate_id: int, argument_id: int) -> Uncounted:
    row = (await db.execute(_ARGUMENT, {"debate": debate_id, "argument": argument_id})).one()
    return Uncounted._make(row)


async def load_vote_totals(db: Reader, debate_id: int) -> VoteTotals:
    return VoteTotals(*(await db.execute(_DEBATE, {"debate": debate_id})).one())


async def load_own_totals(db: Reader, user_id: int | None) -> VoteTotals:
    return VoteTotals(*(await db.execute(_OF_PERSON, {"user": user_id})).one())

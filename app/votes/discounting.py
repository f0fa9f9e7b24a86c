"""Votes of some people on one author's arguments stop counting, and count again: the rows and all that counts them."""

from collections.abc import Collection, Sequence

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import touch_debate

# Where a discount `d` is for votes on the argument `a`: its author's, or one that an author left who is erased.
COVERS = "(d.author_id = a.author_id OR a.id = ANY(d.left_arguments))"

# Everything that the author has in the debate, also what nobody voted on yet: whoever votes locks the argument first,
# and so comes before all of this or after it. Replies before the arguments that they answer, as those lock who keep
# strengths.
_LOCK = text("""
    SELECT id FROM arguments WHERE debate_id = :debate AND (author_id = :author OR id IN (
        SELECT unnest(left_arguments) FROM vote_discounts WHERE decision_id = :decision
    ))
    ORDER BY depth DESC, id DESC FOR NO KEY UPDATE
""")
_ADD = text("""
    INSERT INTO vote_discounts (debate_id, voter_id, author_id, decision_id)
    SELECT :debate, voter_id, :author, :decision FROM unnest(CAST(:voters AS bigint[])) voter_id
""")
_STOP = """
WITH stopped AS (
    UPDATE {table} v SET is_counted = false
    FROM vote_discounts d
    WHERE d.decision_id = :decision AND d.lifted_at IS NULL
      AND v.debate_id = d.debate_id AND v.user_id = d.voter_id AND v.is_counted
      AND v.argument_id IN (SELECT id FROM arguments a WHERE a.debate_id = d.debate_id AND a.author_id = d.author_id)
    RETURNING v.user_id, v.debate_id, v.argument_id, v.{value} AS value, v.version
), noted AS (
    UPDATE vote_discounts SET stopped_{table} = of_voter.ids
    FROM (SELECT user_id, array_agg(argument_id ORDER BY argument_id) AS ids FROM stopped GROUP BY user_id) of_voter
    WHERE decision_id = :decision AND voter_id = of_voter.user_id
), {counting}
"""
_RESTORE = """
WITH restored AS (
    UPDATE {table} v SET is_counted = true
    FROM vote_discounts d
    WHERE d.decision_id = :decision AND d.lifted_at = now()
      AND v.debate_id = d.debate_id AND v.user_id = d.voter_id AND NOT v.is_counted
      AND v.argument_id = ANY(d.stopped_{table})
    RETURNING v.debate_id, v.argument_id, v.{value} AS value, v.version
), {counting}
"""
_COUNTING = """
steps AS (
    SELECT a.debate_id, argument_id, {sums}
    FROM {changed} changed JOIN arguments a ON a.debate_id = changed.debate_id AND a.id = argument_id
    GROUP BY a.debate_id, argument_id
)
UPDATE arguments SET {sets} FROM steps WHERE arguments.debate_id = steps.debate_id AND arguments.id = argument_id
"""
_LIFT = text("""
    UPDATE vote_discounts SET lifted_at = now() WHERE decision_id = :decision AND lifted_at IS NULL
    RETURNING voter_id, debate_id
""")
# Of links that moderators have dissolved: they are to count once these are tied again.
_RESTORE_SET_ASIDE = text("""
    UPDATE set_aside_bearings s SET is_counted = true
    FROM vote_discounts d JOIN reshapings r ON r.debate_id = d.debate_id
    WHERE d.decision_id = :decision AND d.lifted_at = now() AND s.decision_id = r.decision_id
      AND s.user_id = d.voter_id AND s.argument_id = ANY(d.stopped_bearings)
""")
# Of votes and of judgements: the column with what was said, and what each count of the argument counts.
_KINDS = {
    "votes": (
        "value",
        {
            "agree_count": "value = 'agree'",
            "disagree_count": "value = 'disagree'",
            "pass_count": "value = 'pass'",
            "earlier_vote_count": "changed.version < a.version",
        },
    ),
    "bearings": ("bears", {"bears_count": "value", "bears_not_count": "NOT value"}),
}


def _statement(whole: str, table: str, changed: str, sign: str) -> TextClause:
    value, counts = _KINDS[table]
    sums = ", ".join(f"count(*) FILTER (WHERE {each}) AS {count}_step" for count, each in counts.items())
    sets = ", ".join(f"{count} = {count} {sign} {count}_step" for count in counts)
    counting = _COUNTING.format(sums=sums, sets=sets, changed=changed)
    return text(whole.format(table=table, value=value, counting=counting))


_STOPPING = [_statement(_STOP, table, "stopped", "-") for table in _KINDS]
_RESTORING = [*(_statement(_RESTORE, table, "restored", "+") for table in _KINDS), _RESTORE_SET_ASIDE]


async def lock_arguments_of(
    db: AsyncSession, debate_id: int, author_id: int | None, decision_id: int | None = None
) -> None:
    """Keep votes on all arguments of this author, or on those that the discount is for, waiting until the commit."""
    await db.execute(_LOCK, {"debate": debate_id, "author": author_id, "decision": decision_id})


async def stop_votes(
    db: AsyncSession, debate_id: int, author_id: int, voter_ids: Collection[int], decision_id: int
) -> None:
    """Discount the votes of these people, by a decision that is recorded. The author's arguments must be locked."""
    of_decision = {"decision": decision_id}
    await db.execute(_ADD, {**of_decision, "debate": debate_id, "author": author_id, "voters": sorted(set(voter_ids))})
    for statement in _STOPPING:
        await db.execute(statement, of_decision)
    touch_debate(db, debate_id)


async def restore_votes(db: AsyncSession, decision_id: int) -> Sequence[int]:
    """Lift the discounts of a decision: the votes that they stopped count again, as they are now. Gives the voters.

    What was voted meanwhile for the first time is counted with the votes that have waited (app/votes/counting.py).
    """
    lifted = (await db.execute(_LIFT, {"decision": decision_id})).all()
    for statement in _RESTORING:
        await db.execute(statement, {"decision": decision_id})
    for debate_id in {row.debate_id for row in lifted}:
        touch_debate(db, debate_id)
    return [row.voter_id for row in lifted]

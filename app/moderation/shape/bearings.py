"""Judgements of a link belong to it: when it is dissolved they are set aside, and come back when it is tied again."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.votes.discounting import COVERS

_SET_ASIDE = text("""
    WITH gone AS (
        DELETE FROM bearings WHERE debate_id = :debate AND argument_id = ANY(CAST(:arguments AS bigint[]))
        RETURNING argument_id, user_id, bears, is_counted, version, created_at, changed_at
    )
    INSERT INTO set_aside_bearings
        (decision_id, argument_id, user_id, bears, is_counted, version, created_at, changed_at)
    SELECT :decision, argument_id, user_id, bears, is_counted, version, created_at, changed_at FROM gone
""")
# A discount that came into force meanwhile holds for them too, and notes that it stopped them.
_BRING_BACK = text(f"""
    WITH back AS (
        DELETE FROM set_aside_bearings
        WHERE decision_id = :decision AND argument_id = ANY(CAST(:arguments AS bigint[]))
        RETURNING argument_id, user_id, bears, is_counted, version, created_at, changed_at
    ), covered AS (
        SELECT d.id, back.user_id, back.argument_id
        FROM back JOIN arguments a ON a.debate_id = :debate AND a.id = back.argument_id
        JOIN vote_discounts d ON d.debate_id = a.debate_id AND d.voter_id = back.user_id AND {COVERS}
        WHERE d.lifted_at IS NULL AND back.is_counted
    ), noted AS (
        UPDATE vote_discounts d SET stopped_bearings = d.stopped_bearings || of_voter.ids
        FROM (SELECT id, array_agg(argument_id ORDER BY argument_id) AS ids FROM covered GROUP BY id) of_voter
        WHERE d.id = of_voter.id
    )
    INSERT INTO bearings (debate_id, user_id, argument_id, bears, is_counted, version, created_at, changed_at)
    SELECT :debate, user_id, argument_id, bears,
           is_counted AND (user_id, argument_id) NOT IN (SELECT user_id, argument_id FROM covered),
           version, created_at, changed_at
    FROM back
""")  # noqa: S608  (a condition of ours)
_RECOUNT = text("""
    UPDATE arguments a SET (bears_count, bears_not_count) = (
        SELECT count(*) FILTER (WHERE bears), count(*) FILTER (WHERE NOT bears)
        FROM bearings b WHERE b.debate_id = a.debate_id AND b.argument_id = a.id AND b.is_counted
    )
    WHERE debate_id = :debate AND id = ANY(CAST(:arguments AS bigint[]))
""")


async def set_aside(db: AsyncSession, debate_id: int, argument_ids: Collection[int], decision_id: int) -> None:
    """Take all judgements of these arguments' links away; their rows are locked."""
    place = {"debate": debate_id, "arguments": sorted(argument_ids)}
    await db.execute(_SET_ASIDE, {**place, "decision": decision_id})
    await db.execute(_RECOUNT, place)


async def bring_back(db: AsyncSession, debate_id: int, argument_ids: Collection[int], decision_id: int) -> None:
    """Give the links the judgements that this decision had set aside; they must have none."""
    place = {"debate": debate_id, "arguments": sorted(argument_ids)}
    await db.execute(_BRING_BACK, {**place, "decision": decision_id})
    await db.execute(_RECOUNT, place)

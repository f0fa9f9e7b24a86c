"""What a merge hands on to the surviving argument, and takes back from it: votes, credits, citations, replies.

Nothing is deleted. Of somebody who voted on both, the vote on the survivor counts, and the other stays where it is;
likewise credits, citations of the same passage, and what its author gave to the argument that was merged. All rows
that count are locked, so counting them again is exact.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Reshaping
from app.votes.discounting import COVERS

# A discounted vote stays as well: its discount is for the author of the argument on which it was cast.
_GOING = """
    SELECT v.user_id FROM votes v JOIN arguments m ON m.debate_id = v.debate_id AND m.id = v.argument_id
    JOIN arguments s ON s.debate_id = v.debate_id AND s.id = :survivor
    WHERE v.debate_id = :debate AND v.argument_id = :merged AND v.user_id IS DISTINCT FROM s.author_id
      AND NOT EXISTS (
          SELECT FROM votes o WHERE o.debate_id = v.debate_id AND o.user_id = v.user_id AND o.argument_id = s.id
      ) AND NOT EXISTS (
          SELECT FROM vote_discounts d WHERE d.debate_id = v.debate_id AND d.voter_id = v.user_id
          AND (d.author_id IN (m.author_id, s.author_id) OR d.left_arguments && ARRAY[m.id, s.id])
          AND d.lifted_at IS NULL
      )
"""
_HAND_ON_VOTES = """
    WITH going AS ({going}), kept AS (
        INSERT INTO merged_votes (decision_id, user_id, value, is_counted, version, created_at, changed_at)
        SELECT :decision, user_id, value, is_counted, version, created_at, changed_at
        FROM votes JOIN going USING (user_id) WHERE debate_id = :debate AND argument_id = :merged
    )
    UPDATE votes SET argument_id = :survivor, version = survivor.version FROM going, arguments survivor
    WHERE votes.user_id = going.user_id AND votes.debate_id = :debate AND argument_id = :merged
      AND survivor.debate_id = :debate AND survivor.id = :survivor
"""
_COUNT_GOING = "SELECT count(*) FROM ({going}) going"
_VOTES, _VOTES_GOING = (text(each.format(going=_GOING)) for each in (_HAND_ON_VOTES, _COUNT_GOING))
# As they went: back to where they were cast. Cast anew since: that one was for the survivor, and the earlier one
# comes back beside it. Taken back since: there is none. A discount of the survivor's author stays with the survivor;
# one that is for votes on the other stops them now, and notes that it did.
_TAKE_BACK_VOTES = text(f"""
    WITH went AS (
        DELETE FROM merged_votes WHERE decision_id = :decision
        RETURNING user_id, value, is_counted, version, created_at, changed_at
    ), here AS (
        SELECT went.*, v.is_counted OR went.is_counted AS counts,
               v.changed_at = went.changed_at AND v.value = went.value AS is_same
        FROM went JOIN votes v ON v.debate_id = :debate AND v.argument_id = :survivor AND v.user_id = went.user_id
    ), stopped AS (
        UPDATE vote_discounts d SET stopped_votes = d.stopped_votes || a.id
        FROM here JOIN arguments a ON a.debate_id = :debate AND a.id = :merged
        WHERE d.debate_id = :debate AND d.voter_id = here.user_id AND d.lifted_at IS NULL AND {COVERS} AND here.counts
        RETURNING d.voter_id
    ), back AS (
        UPDATE votes v SET argument_id = :merged, version = here.version,
                           is_counted = here.counts AND here.user_id NOT IN (SELECT voter_id FROM stopped)
        FROM here
        WHERE v.debate_id = :debate AND v.argument_id = :survivor AND v.user_id = here.user_id AND here.is_same
    ), again AS (
        INSERT INTO votes (debate_id, user_id, argument_id, value, is_counted, version, created_at, changed_at)
        SELECT :debate, user_id, :merged, value, counts AND user_id NOT IN (SELECT voter_id FROM stopped),
               version, created_at, changed_at
        FROM here WHERE NOT is_same
        RETURNING user_id
    )
    INSERT INTO debate_changes (debate_id, vote_step) SELECT :debate, count(*) FROM again
""")  # noqa: S608  (a condition of ours)
_CREDITS_GOING = """
    SELECT c.id FROM credits c JOIN arguments s ON s.debate_id = c.debate_id AND s.id = :survivor
    WHERE c.debate_id = :debate AND c.argument_id = :merged AND c.user_id IS DISTINCT FROM s.author_id
      AND NOT EXISTS (
          SELECT FROM credits o WHERE o.debate_id = c.debate_id AND o.user_id = c.user_id AND o.argument_id = s.id
      )
"""
_HAND_ON_CREDITS = """
    UPDATE credits SET argument_id = :survivor WHERE debate_id = :debate AND id IN ({going}) RETURNING id
"""
_CREDITS = text(_HAND_ON_CREDITS.format(going=_CREDITS_GOING))
_TAKE_BACK_CREDITS = text("""
    UPDATE credits SET argument_id = :merged
    WHERE debate_id = :debate AND argument_id = :survivor AND id = ANY(CAST(:ids AS bigint[]))
""")
_CITATIONS = text("""
    UPDATE citations c SET argument_id = :survivor WHERE c.debate_id = :debate AND c.argument_id = :merged
    AND NOT EXISTS (
        SELECT FROM citations o
        WHERE o.debate_id = c.debate_id AND o.argument_id = :survivor AND o.passage_id = c.passage_id
    ) RETURNING c.passage_id
""")
_TAKE_BACK_CITATIONS = text("""
    UPDATE citations SET argument_id = :merged
    WHERE debate_id = :debate AND argument_id = :survivor AND passage_id = ANY(CAST(:ids AS bigint[]))
""")
_SOURCES = text("""
    UPDATE source_citations c SET argument_id = :survivor
    WHERE c.debate_id = :debate AND c.argument_id = :merged AND c.removed_at IS NULL
    AND NOT EXISTS (
        SELECT FROM source_citations o WHERE o.debate_id = c.debate_id AND o.argument_id = :survivor
        AND o.source_id = c.source_id AND o.removed_at IS NULL
    ) RETURNING c.id
""")
# Not what was removed from the survivor since.
_TAKE_BACK_SOURCES = text("""
    UPDATE source_citations SET argument_id = :merged
    WHERE debate_id = :debate AND argument_id = :survivor AND id = ANY(CAST(:ids AS bigint[])) AND removed_at IS NULL
""")
_REPLIES = text("SELECT id FROM arguments WHERE debate_id = :debate AND parent_id = :merged ORDER BY id")
_RELINK = text("""
    UPDATE arguments SET parent_id = :parent
    WHERE debate_id = :debate AND id = ANY(CAST(:replies AS bigint[]))
""")
_RESHAPE = text("""
    UPDATE arguments SET depth = depth + :step, root_id = :root
    WHERE debate_id = :debate AND id = ANY(CAST(:ids AS bigint[]))
""")
_RECOUNT = text("""
    UPDATE arguments a SET
        (agree_count, disagree_count, pass_count, earlier_vote_count) = (
            SELECT count(*) FILTER (WHERE value = 'agree'), count(*) FILTER (WHERE value = 'disagree'),
                   count(*) FILTER (WHERE value = 'pass'), count(*) FILTER (WHERE v.version < a.version)
            FROM votes v WHERE v.debate_id = a.debate_id AND v.argument_id = a.id AND v.is_counted),
        (support_count, rebut_count, undercut_count) = (
            SELECT count(*) FILTER (WHERE relation = 'support'), count(*) FILTER (WHERE relation = 'rebut'),
                   count(*) FILTER (WHERE relation = 'undercut')
            FROM arguments r WHERE r.debate_id = a.debate_id AND r.parent_id = a.id
              AND r.hidden_by_id IS NULL AND r.withdrawn_at IS NULL),
        credit_count = (
            SELECT count(*) FROM credits c WHERE c.debate_id = a.debate_id AND c.argument_id = a.id
              AND c.hidden_by_id IS NULL AND c.withdrawn_at IS NULL),
        is_strength_due = true
    WHERE a.debate_id = :debate AND a.id IN (:merged, :survivor)
""")


async def count_votes_going(db: Any, debate_id: int, merged_id: int, survivor_id: int) -> int:
    place = {"debate": debate_id, "merged": merged_id, "survivor": survivor_id}
    return int((await db.execute(_VOTES_GOING, place)).scalar_one())


async def hand_on(db: AsyncSession, merging: Reshaping, merged: Argument, survivor: Argument, below: set[int]) -> None:
    """Give the survivor what it gets, and note on the row of the merge what that was."""
    place = {"debate": merged.debate_id, "merged": merged.id, "survivor": survivor.id}
    await db.execute(_VOTES, {**place, "decision": merging.decision_id})
    merging.credit_ids = sorted((await db.execute(_CREDITS, place)).scalars())
    merging.passage_ids = sorted((await db.execute(_CITATIONS, place)).scalars())
    merging.source_ids = sorted((await db.execute(_SOURCES, place)).scalars())
    merging.reply_ids = list((await db.execute(_REPLIES, place)).scalars())
    await relink(db, merging.reply_ids, merged, survivor, below)
    await db.execute(_RECOUNT, place)


async def take_back(db: AsyncSession, merging: Reshaping, merged: Argument, survivor: Argument) -> None:
    """The other way round, without the replies."""
    place = {"debate": merged.debate_id, "merged": merged.id, "survivor": survivor.id}
    await db.execute(_TAKE_BACK_VOTES, {**place, "decision": merging.decision_id})
    await db.execute(_TAKE_BACK_CREDITS, {**place, "ids": merging.credit_ids})
    await db.execute(_TAKE_BACK_CITATIONS, {**place, "ids": merging.passage_ids})
    await db.execute(_TAKE_BACK_SOURCES, {**place, "ids": merging.source_ids})


async def recount(db: AsyncSession, merged: Argument, survivor: Argument) -> None:
    await db.execute(_RECOUNT, {"debate": merged.debate_id, "merged": merged.id, "survivor": survivor.id})


async def relink(db: AsyncSession, reply_ids: list[int], before: Argument, after: Argument, below: set[int]) -> None:
    """Put these replies, and what stands below them, from one argument under another one."""
    if not reply_ids:
        return
    of_debate = {"debate": before.debate_id}
    await db.execute(_RELINK, {**of_debate, "replies": reply_ids, "parent": after.id})
    step = {"step": after.depth - before.depth, "root": after.root_id or after.id}
    await db.execute(_RESHAPE, {**of_debate, **step, "ids": sorted(below)})

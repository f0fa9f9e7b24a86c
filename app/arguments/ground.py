"""The tree of a debate while it is being reshaped: one reshaping at a time, with everything that it touches locked."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.errors import Conflict

MOST_LOOKS = 5  # Each finds what was posted during the one before; a second one that finds nothing is the rule.

# Ten thousand replies take some seconds on a busy machine, and moderators do that once in a while.
_TIME = text("SET LOCAL statement_timeout = '30s'")
# Two acts that are each right could together make a circle: so one waits for the other.
_SHAPE = text("SELECT pg_advisory_xact_lock(hashtextextended('shape', :debate))")
_BELOW = """
    WITH RECURSIVE below AS (
        SELECT id FROM arguments WHERE debate_id = :debate AND id = ANY(CAST(:tops AS bigint[]))
        UNION ALL
        SELECT reply.id FROM below JOIN arguments reply ON reply.parent_id = below.id
        WHERE reply.debate_id = :debate
    )
"""
# Replies before the arguments that they answer, as all lock who write several.
_LOCK_THEM = """
    {below}
    SELECT id FROM arguments
    WHERE debate_id = :debate AND id IN (SELECT id FROM below UNION SELECT unnest(CAST(:others AS bigint[])))
    ORDER BY depth DESC, id DESC FOR NO KEY UPDATE
"""
_COUNT_THEM = "{below} SELECT count(*) FROM below"
_LOCK, _COUNT_BELOW = (text(each.format(below=_BELOW)) for each in (_LOCK_THEM, _COUNT_THEM))
# Upwards by what an argument answers, also where it is only used: the way that answers take effect.
_ABOVE = """
    WITH RECURSIVE above AS (
        SELECT unnest(CAST(:starts AS bigint[])) AS id
        UNION
        SELECT up.id FROM above JOIN LATERAL (
            SELECT parent_id AS id FROM arguments
            WHERE debate_id = :debate AND id = above.id AND parent_id IS NOT NULL
            UNION ALL
            SELECT target_id FROM argument_links
            WHERE debate_id = :debate AND source_id = above.id AND withdrawn_at IS NULL
        ) up ON true
    )
"""
_LEADS_THERE = "{above} SELECT EXISTS (SELECT FROM above WHERE id = ANY(CAST(:aims AS bigint[])))"
_ALL_ABOVE = "{above} SELECT id FROM above"
_LEADS, _FIND_ABOVE = (text(each.format(above=_ABOVE)) for each in (_LEADS_THERE, _ALL_ABOVE))


async def lock_shape(db: AsyncSession, debate_id: int) -> None:
    """Until the commit nobody else reshapes this debate."""
    await db.execute(_TIME)
    await db.execute(_SHAPE, {"debate": debate_id})


async def lock_below(
    db: AsyncSession, debate_id: int, tops: Collection[int], others: Collection[int | None] = ()
) -> set[int]:
    """Lock arguments with all that stands below them, and some others; gives the ids of them all.

    Whoever replies holds the row that is answered. So when a look finds nothing beyond what the one before has
    locked, nothing can have been posted between the two, and nothing can be posted any more.
    """
    place = {"debate": debate_id, "tops": sorted(tops), "others": sorted({id for id in others if id is not None})}
    locked: set[int] = set()
    for _ in range(MOST_LOOKS):
        found = set((await db.execute(_LOCK, place)).scalars())
        if found == locked:
            return found
        locked = found
    raise Conflict("Many people are writing below this argument just now. Please try again in a moment.")


async def count_below(db: Reader, debate_id: int, argument_id: int) -> int:
    """How many arguments stand below this one."""
    return int((await db.execute(_COUNT_BELOW, {"debate": debate_id, "tops": [argument_id]})).scalar_one()) - 1


async def leads_to(db: Reader, debate_id: int, starts: Collection[int], aims: Collection[int]) -> bool:
    """Whether one comes from one of `starts` upwards to one of `aims`, or starts there.

    Then no aim can come below a start, or be used there: it would answer itself.
    """
    place = {"debate": debate_id, "starts": sorted(starts), "aims": sorted(aims)}
    return bool((await db.execute(_LEADS, place)).scalar_one())


async def find_above(db: Reader, debate_id: int, starts: Collection[int]) -> set[int]:
    """All that `leads_to` finds upwards from `starts`, and these themselves."""
    place = {"debate": debate_id, "starts": sorted(starts)}
    return set((await db.execute(_FIND_ABOVE, place)).scalars())

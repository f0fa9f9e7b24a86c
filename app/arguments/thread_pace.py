"""How long one person waits between two posts in one thread."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.writing import Target
from app.db import Reader
from app.settings import Settings

# Two minutes are less than an answer takes that its reader will want to answer, and enough to end a volley.
THREAD_PAUSE = 120
# Readers who flag what stands above say that the thread grows heated: each of them slows it by a minute more,
PAUSE_PER_FLAG = 60
# but nobody can stop it by flagging.
LONGEST_PAUSE = 20 * 60
LEVELS_ABOVE = 8  # The nearest, as a page shows them: flags far above say nothing of what is written here.
POSTS_LOOKED_AT = 60  # More than the hourly limit lets anybody write within the longest pause.

# Of the flags those that moderators have not decided on. The clock is the one that `created_at` comes from.
_WAIT = text("""
WITH RECURSIVE above AS (
    SELECT id, parent_id, 1 AS level FROM arguments WHERE debate_id = :debate AND id = :target
    UNION ALL
    SELECT a.id, a.parent_id, level + 1 FROM arguments a JOIN above ON a.id = above.parent_id
    WHERE a.debate_id = :debate AND level < :levels
), flagged AS (
    SELECT coalesce(sum(flag_count), 0)::int AS flags FROM cases
    WHERE debate_id = :debate AND argument_id IN (SELECT id FROM above) AND closed_at IS NULL
), own AS (
    SELECT debate_id, id, root_id, created_at FROM arguments WHERE author_id = :actor ORDER BY id DESC LIMIT :posts
), latest AS (
    SELECT max(created_at) AS at FROM own WHERE debate_id = :debate AND (root_id = :root OR id = :root)
)
SELECT flags, ceil(extract(epoch FROM at - now()) + least(:pause + :per_flag * flags, :longest))::int
FROM flagged, latest
""")
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:thread, 0))")
_NUMBERS = {
    "pause": THREAD_PAUSE, "per_flag": PAUSE_PER_FLAG, "longest": LONGEST_PAUSE, "levels": LEVELS_ABOVE,
    "posts": POSTS_LOOKED_AT,
}  # fmt: skip


class Wait(NamedTuple):
    """How long until one may post here again, and how many flags make it longer than usual."""

    seconds: int
    flags: int

    @property
    def over_at(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


def is_paced(actor: Actor, settings: Settings, target: Target) -> bool:
    """Hosts and moderators may have to answer many at once."""
    return settings.pace_threads and not actor.is_site_staff and target.debate_id not in actor.debate_roles


async def hold_thread(db: AsyncSession, actor: Actor, target: Target) -> None:
    """Let a person's posts in one thread come one after the other, so that each sees the one before."""
    await db.execute(_HOLD, {"thread": f"posts of {actor.id} in {target.debate_id}/{target.root_id}"})


async def find_wait(db: Reader, actor: Actor, target: Target) -> Wait | None:
    """Nothing if there is none, or nothing of theirs yet."""
    place = {"debate": target.debate_id, "target": target.id, "root": target.root_id, "actor": actor.id}
    flags, seconds = (await db.execute(_WAIT, {**place, **_NUMBERS})).one()
    return Wait(seconds, flags) if seconds is not None and seconds > 0 else None

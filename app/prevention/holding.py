"""Keep a post where it waits for a moderator: what it would be, as the form says, and where it would stand."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import TooMany
from app.models import HeldPost
from app.prevention.screening import Screened
from app.prevention.sent import Place
from app.targets import DebateHead

MOST_WAITING = 3  # Of one person: enough to begin with, and a moderator reads each.
ASK_AGAIN = 3600  # Seconds; nobody knows when a moderator comes.


async def hold_post(
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead,
    place: Place,
    fields: Mapping[str, Any],
    key: str,
    screened: Screened,
) -> str:
    """The address where its author sees it. The same form sent again leads to the same post."""
    own = select(HeldPost).where(HeldPost.author_id == actor.id, HeldPost.idempotency_key == key)
    if (post := (await db.execute(own)).scalar_one_or_none()) is None:
        await _refuse_many(db, actor)
        values = {
            "debate_id": place.debate_id,
            "parent_argument_id": place.argument_id,
            "parent_annotation_id": place.annotation_id,
            "passage_id": place.passage_id,
            "author_id": actor.id,
            "reason": screened.hold,
            "watched": screened.watched,
            "fields": dict(fields),
            "idempotency_key": key,
        }
        once = insert(HeldPost).values(values).on_conflict_do_nothing(index_elements=["author_id", "idempotency_key"])
        await db.execute(once)
        post = (await db.execute(own)).scalar_one()
    return f"{debate.url}/waiting/{post.id}?done=waits"


async def _refuse_many(db: AsyncSession, actor: Actor) -> None:
    waiting = (HeldPost.author_id == actor.id, HeldPost.decision_id.is_(None), HeldPost.withdrawn_at.is_(None))
    if (await db.execute(select(func.count()).where(*waiting))).scalar_one() >= MOST_WAITING:
        raise TooMany(
            f"{MOST_WAITING} posts of yours wait for a moderator already. As soon as one of them stands, the next "
            "ones need not wait.",
            ASK_AGAIN,
        )

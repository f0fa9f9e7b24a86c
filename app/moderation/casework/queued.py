"""Which cases wait in the queue: none of debates that were removed, where nobody has to decide anything any more."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, or_, select

from app.actor import Actor
from app.db import Reader
from app.models import Case, Debate, DebateState
from app.permissions import moderated


async def find_removed_debates(db: Reader) -> list[int]:
    """Read beforehand: as a condition within the queue's statement it would cost something for each case."""
    return list((await db.execute(select(Debate.id).where(Debate.state == DebateState.REMOVED))).scalars())


def queued_cases(actor: Actor, removed: Collection[int]) -> ColumnElement[bool]:
    own = moderated(actor, Case.debate_id)
    return and_(own, or_(Case.debate_id.is_(None), Case.debate_id.not_in(removed))) if removed else own

"""Whether somebody is shown how votes and stances stand."""

from fastapi import Request
from sqlalchemy import bindparam, select

from app.actor import Actor
from app.db import Reader, reading
from app.models import Stance
from app.permissions import can_see_results
from app.targets import DebateHead

_STANCE = select(Stance.user_id).where(Stance.debate_id == bindparam("debate"), Stance.user_id == bindparam("user"))


async def sees_results(request: Request, actor: Actor, debate: DebateHead) -> bool:
    """For pages. Only a debate that hides its results costs members a statement."""
    if _is_clear(actor, debate):
        return bool(can_see_results(actor, debate, has_stance=False))
    async with reading(request) as db:
        return await load_sees_results(db, actor, debate)


async def load_sees_results(db: Reader, actor: Actor, debate: DebateHead) -> bool:
    """For what holds a connection already."""
    if _is_clear(actor, debate):
        return bool(can_see_results(actor, debate, has_stance=False))
    row = (await db.execute(_STANCE, {"debate": debate.id, "user": actor.id})).one_or_none()
    return bool(can_see_results(actor, debate, has_stance=row is not None))


def _is_clear(actor: Actor, debate: DebateHead) -> bool:
    """Whether the answer is the same with and without a stance, or there cannot be one."""
    return not actor.is_signed_in or bool(can_see_results(actor, debate, has_stance=False))

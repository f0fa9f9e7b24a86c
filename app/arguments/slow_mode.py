"""How long somebody waits between two posts where moderators have slowed a debate or a thread."""

from math import ceil
from typing import Any

from sqlalchemy import BigInteger, bindparam, extract, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import TooMany
from app.models import Argument, Decision, SlowMode

_ROOT: Any = bindparam("root", type_=BigInteger)
_OF_THREAD = or_(SlowMode.argument_id.is_(None), Argument.root_id == _ROOT, Argument.id == _ROOT)
_LATEST = (
    select(func.max(Argument.created_at))
    .where(Argument.debate_id == bindparam("debate"), Argument.author_id == bindparam("person"), _OF_THREAD)
    .correlate(SlowMode)
    .scalar_subquery()
)
_LEFT = SlowMode.seconds - extract("epoch", func.now() - _LATEST)
_SLOWED = (
    select(SlowMode.seconds, SlowMode.argument_id, Decision.explanation, _LEFT)
    .join(Decision, Decision.id == SlowMode.decision_id)
    .where(SlowMode.debate_id == bindparam("debate"), SlowMode.lifted_at.is_(None))
    .where(or_(SlowMode.argument_id.is_(None), SlowMode.argument_id == _ROOT))
)


async def respect_slow_mode(db: AsyncSession, actor: Actor, debate_id: int, root_id: int | None) -> None:
    """Refuse a post that comes too soon, with the reason that moderators gave. They themselves need not wait."""
    if actor.is_site_staff or debate_id in actor.debate_roles:
        return
    asked = {"debate": debate_id, "root": root_id, "person": actor.id}
    rows: list[Any] = list(await db.execute(_SLOWED, asked))
    for seconds, argument_id, explanation, left in rows:
        if left is not None and left > 0:
            where = "thread" if argument_id else "debate"
            pause = f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"
            why = f"Moderators have slowed this {where}: everybody waits {pause} between two posts. “{explanation}”"
            raise TooMany(why, ceil(left))

"""How long somebody waits between two posts where moderators have slowed a debate or a thread."""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, extract, func, or_, select

from app.actor import Actor
from app.db import Reader
from app.models import Argument, Decision, SlowMode

HOUR = 3600
# Put together once.
_ROOT: Any = bindparam("root", type_=BigInteger)
_OF_THREAD = or_(SlowMode.argument_id.is_(None), Argument.root_id == _ROOT, Argument.id == _ROOT)
_LATEST = (
    select(func.max(Argument.created_at))
    .where(Argument.debate_id == bindparam("debate"), Argument.author_id == bindparam("person"), _OF_THREAD)
    .correlate(SlowMode)
    .scalar_subquery()
)
_WAITED = extract("epoch", func.now() - _LATEST)
_SLOWED = (
    select(SlowMode.decision_id, Decision.explanation, SlowMode.argument_id, SlowMode.seconds, _WAITED)
    .join(Decision, Decision.id == SlowMode.decision_id)
    .where(SlowMode.debate_id == bindparam("debate"), SlowMode.lifted_at.is_(None))
    .where(or_(SlowMode.argument_id.is_(None), SlowMode.argument_id == _ROOT))
)


class Slowing(NamedTuple):
    """A decision by which moderators slowed what somebody wants to write in, and how long they still wait."""

    decision_id: int
    explanation: str
    where: str  # thread or debate
    pause: int  # Seconds between two posts of a person.
    seconds_left: int  # None left where they may post now.

    @property
    def pause_words(self) -> str:
        if self.pause < 2 * HOUR:
            return f"{self.pause // 60} minutes"
        return f"{self.pause // HOUR} hours"

    @property
    def free_at(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds_left)

    @property
    def counts_down(self) -> bool:
        """A longer wait is said by the clock alone: nobody watches a day go by."""
        return 0 < self.seconds_left <= HOUR


async def find_slowing(db: Reader, actor: Actor, debate_id: int, root_id: int | None) -> Slowing | None:
    """Of the thread and the debate the one that holds longest. Moderators themselves need not wait."""
    if actor.is_site_staff or debate_id in actor.debate_roles:
        return None
    place = {"debate": debate_id, "root": root_id, "person": actor.id}
    found = [
        Slowing(decision_id, explanation, "thread" if argument_id else "debate", pause, _left(pause, waited))
        for decision_id, explanation, argument_id, pause, waited in await db.execute(_SLOWED, place)
    ]
    return max(found, key=lambda slowing: (slowing.seconds_left, slowing.pause), default=None)


def _left(pause: int, waited: float | None) -> int:
    """Nobody waits who has not posted here yet."""
    return max(0, ceil(pause - float(waited))) if waited is not None else 0

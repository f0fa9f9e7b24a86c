"""Who says that an argument changed their mind, and why."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, tuple_

from app.actor import Actor
from app.arguments.cards import ArgumentCard, select_cards
from app.db import Reader
from app.models import Argument, Credit, User
from app.models.argument import LISTED

SHOWN = 5  # On the argument's own page, the newest; all of them are on a page of their own.
SHOWN_AT_ONCE = 30
MOST_CREDITED_SHOWN = 5

_OWN = select(Credit.reason).where(
    Credit.debate_id == bindparam("debate"), Credit.user_id == bindparam("user"),
    Credit.argument_id == bindparam("argument"), Credit.withdrawn_at.is_(None),
)  # fmt: skip


class Credited(NamedTuple):
    user_id: int
    username: str
    name: str
    is_simulated: bool
    reason: str
    created_at: datetime

    @property
    def keyset(self) -> str:
        return f"{self.created_at.isoformat()}/{self.user_id}"


async def load_credits(
    db: Reader, debate_id: int, argument_id: int, most: int, before: tuple[datetime, int] | None = None
) -> list[Credited]:
    """The newest, or those before a time and person."""
    statement = (
        select(
            User.id, User.username, User.display_name, User.is_simulated, Credit.reason, Credit.created_at
        )
        .join(User, User.id == Credit.user_id)
        .where(Credit.debate_id == debate_id, Credit.argument_id == argument_id, Credit.withdrawn_at.is_(None))
        .order_by(Credit.created_at.desc(), Credit.user_id.desc())
        .limit(most)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(tuple_(Credit.created_at, Credit.user_id) < before)
    return [Credited._make(row) for row in await db.execute(statement)]


async def find_own_reason(db: Reader, actor: Actor, debate_id: int, argument_id: int) -> str | None:
    """What the person has said, unless it was taken back."""
    place = {"debate": debate_id, "user": actor.id, "argument": argument_id}
    reason: str | None = (await db.execute(_OWN, place)).scalar_one_or_none()
    return reason


async def load_most_credited(db: Reader, debate_id: int) -> list[ArgumentCard]:
    statement = (
        select_cards()
        .where(Argument.debate_id == debate_id, LISTED, Argument.credit_count > 0)
        .order_by(Argument.credit_count.desc(), Argument.id)
        .limit(MOST_CREDITED_SHOWN)
    )
    return [ArgumentCard._make(row) for row in await db.execute(statement)]

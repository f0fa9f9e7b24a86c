"""Who says that an argument changed their mind, and why; with every wording that it had."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Integer, Select, and_, bindparam, case, null, select, tuple_

from app.actor import Actor
from app.arguments.cards import ArgumentCard, select_cards
from app.arguments.difference import diff_words, render_difference
from app.db import Reader
from app.errors import NotFound
from app.models import Argument, Credit, CreditRevision, HouseRule, User
from app.models.argument import LISTED

SHOWN = 5  # On the argument's own page, the newest; all of them are on a page of their own.
SHOWN_AT_ONCE = 30
MOST_CREDITED_SHOWN = 5
VERSIONS_SHOWN = 20

_OWN = select(Credit.reason).where(
    Credit.debate_id == bindparam("debate"), Credit.user_id == bindparam("user"),
    Credit.argument_id == bindparam("argument"), Credit.withdrawn_at.is_(None),
)  # fmt: skip


class Credited(NamedTuple):
    """A credit as everyone sees it: without its words where moderators have hidden them or its author took it back."""

    id: int
    debate_id: int
    argument_id: int
    author_id: int | None
    username: str | None
    name: str | None
    is_simulated: bool | None
    reason: str | None
    created_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    hidden_by_id: int | None
    removed_under: HouseRule | None

    @property
    def keyset(self) -> str:
        return f"{self.created_at.isoformat()}/{self.id}"


class Version(NamedTuple):
    number: int
    words: Markup
    created_at: datetime


class _Wording(NamedTuple):
    number: int
    reason: str
    created_at: datetime


async def load_credits(
    db: Reader, debate_id: int, argument_id: int, most: int, before: tuple[datetime, int] | None = None
) -> list[Credited]:
    """The newest, or those before a time and id. Hidden ones keep their place."""
    statement = _select_credited()
    if before is not None:
        statement = statement.where(tuple_(Credit.created_at, Credit.id) < before)
    rows = await db.execute(statement, {"debate": debate_id, "argument": argument_id, "most": most})
    return [Credited._make(row) for row in rows]


@cache
def _select_credited() -> Select[*tuple[Any, ...]]:
    is_of_argument = and_(Credit.debate_id == bindparam("debate"), Credit.argument_id == bindparam("argument"))
    return (
        _select_credits()
        .where(is_of_argument, Credit.withdrawn_at.is_(None))
        .order_by(Credit.created_at.desc(), Credit.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


async def find_credit(db: Reader, debate_id: int, credit_id: int) -> Credited:
    statement = _select_credits().where(Credit.debate_id == debate_id, Credit.id == credit_id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such credit in this debate.")
    return Credited._make(row)


def _select_credits() -> Select[*tuple[Any, ...]]:
    is_readable = Credit.hidden_by_id.is_(None) & Credit.withdrawn_at.is_(None)
    return select(
        Credit.id, Credit.debate_id, Credit.argument_id, Credit.user_id,
        User.username, User.display_name, User.is_simulated,
        case((is_readable, Credit.reason), else_=null()),
        Credit.created_at, Credit.edited_at, Credit.withdrawn_at, Credit.hidden_by_id, Credit.removed_under,
    ).outerjoin(User, User.id == Credit.user_id)  # fmt: skip


async def load_credit_versions(
    db: Reader, debate_id: int, credit_id: int, before: int | None
) -> tuple[list[Version], int | None]:
    """The newest wordings with what they changed, or those before that number; and where the next page begins."""
    statement = (
        select(CreditRevision.number, CreditRevision.reason, CreditRevision.created_at)
        .where(CreditRevision.debate_id == debate_id, CreditRevision.credit_id == credit_id)
        .order_by(CreditRevision.number.desc())
        .limit(VERSIONS_SHOWN + 1)
    )
    if before is not None:
        statement = statement.where(CreditRevision.number < before)
    wordings = [_Wording._make(row) for row in await db.execute(statement)]
    versions = [_version(new, old) for new, old in zip(wordings, [*wordings[1:], *wordings[-1:]], strict=True)]
    shown = versions[:VERSIONS_SHOWN]
    return shown, shown[-1].number if len(versions) > VERSIONS_SHOWN else None


def _version(new: _Wording, old: _Wording) -> Version:
    """The first one is compared with itself, so that nothing in it is marked."""
    return Version(new.number, render_difference(diff_words(old.reason, new.reason)), new.created_at)


async def find_own_reason(db: Reader, actor: Actor, debate_id: int, argument_id: int) -> str | None:
    """What the person has said, unless it was taken back."""
    place = {"debate": debate_id, "user": actor.id, "argument": argument_id}
    reason: str | None = (await db.execute(_OWN, place)).scalar_one_or_none()
    return reason


async def find_asked(db: Reader, actor: Actor, debate_id: int, argument_id: int) -> int | None:
    """The decision by which moderators ask the person to change their credit."""
    own = select(Credit.edit_asked_id).filter_by(debate_id=debate_id, user_id=actor.id, argument_id=argument_id)
    return await db.scalar(own)


async def load_most_credited(db: Reader, debate_id: int) -> list[ArgumentCard]:
    statement = (
        select_cards()
        .where(Argument.debate_id == debate_id, LISTED, Argument.credit_count > 0)
        .order_by(Argument.credit_count.desc(), Argument.id)
        .limit(MOST_CREDITED_SHOWN)
    )
    return [ArgumentCard._make(row) for row in await db.execute(statement)]

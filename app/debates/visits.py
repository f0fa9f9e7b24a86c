"""What is new to a person in a debate: what was posted since their last visit.

A page that is read writes nothing. While one reads, the script tells the server that one is there (`note_visit`); after
half an hour without that the visit is over, and the next one begins with what was the newest then. Without script the
button "Mark all as read" says from where on things are new.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, and_, bindparam, case, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.arguments.cards import ArgumentCard, select_cards
from app.db import Reader
from app.models import Argument, Visit
from app.models.argument import LISTED
from app.pages import Filler

VISIT_ENDS_AFTER = timedelta(minutes=30)  # As long as a thought, a call or a walk for coffee takes.
MOST_COUNTED = 500  # Beyond that a number says no more than "many", and counting would take longer.
SHOWN = 50
NOBODY = 0  # Not null, which would be whoever wrote what has no author: the essay, or a former member.

_IS_OWN = and_(Visit.debate_id == bindparam("debate"), Visit.user_id == bindparam("user"))
_IS_OVER = Visit.seen_at < func.now() - VISIT_ENDS_AFTER
_SINCE = case((_IS_OVER, Visit.newest_id), else_=Visit.since_id)
OWN_SINCE = select(_SINCE).where(_IS_OWN).scalar_subquery()
_IS_NEW = and_(
    Argument.debate_id == bindparam("debate"), LISTED, Argument.author_id.is_distinct_from(bindparam("user"))
)
_COUNT = (
    select(func.count())
    .select_from(
        select(Argument.id).where(_IS_NEW, Argument.id > _SINCE).limit(MOST_COUNTED).correlate(Visit).subquery()
    )
    .correlate(Visit)
    .scalar_subquery()
)
_VISIT = select(_SINCE, case((_IS_OVER, Visit.seen_at), else_=Visit.began_at), _COUNT).where(_IS_OWN)

# The same visit goes on, or the next one begins.
_NOTE = text("""
    INSERT INTO visits (debate_id, user_id, since_id, newest_id)
    SELECT :debate, :user, newest, newest
    FROM (SELECT coalesce(max(id), 0) AS newest FROM arguments WHERE debate_id = :debate) arguments
    ON CONFLICT (debate_id, user_id) DO UPDATE SET
        since_id = CASE WHEN :is_read THEN excluded.newest_id
                        WHEN visits.seen_at < now() - CAST(:ends_after AS interval) THEN visits.newest_id
                        ELSE visits.since_id END,
        began_at = CASE WHEN :is_read OR visits.seen_at < now() - CAST(:ends_after AS interval) THEN now()
                        ELSE visits.began_at END,
        newest_id = excluded.newest_id, seen_at = now()
""")


class News(NamedTuple):
    """What is new to somebody: posted after the argument `since_id`, which was the newest at a time."""

    since_id: int
    at: datetime
    total: int

    @property
    def counted(self) -> str:
        return f"{self.total}" if self.total < MOST_COUNTED else f"{MOST_COUNTED} or more"


class NewPage(NamedTuple):
    cards: list[ArgumentCard]
    more_after: int | None


async def load_news(db: Reader, actor: Actor, debate_id: int) -> News | None:
    """One statement; nothing for visitors, and for members on their first visit."""
    if not actor.is_signed_in:
        return None
    row = (await db.execute(_VISIT, {"debate": debate_id, "user": actor.id})).one_or_none()
    return News._make(row) if row else None


async def load_new(db: Reader, actor: Actor, debate_id: int, since_id: int) -> NewPage:
    """The oldest of what is new, in the order in which it was written."""
    statement = (
        select_cards()
        .where(_IS_NEW, Argument.id > since_id)
        .order_by(Argument.id)
        .limit(literal(SHOWN + 1, type_=Integer))
    )
    rows = (await db.execute(statement, {"debate": debate_id, "user": actor.id or NOBODY})).all()
    cards = [ArgumentCard._make(row) for row in rows[:SHOWN]]
    return NewPage(cards, cards[-1].id if len(rows) > SHOWN else None)


async def note_visit(db: AsyncSession, actor: Actor, debate_id: int, *, is_read: bool) -> None:
    """That this person is here; with `is_read`, that nothing is new to them any more. Nobody else sees it."""
    values = {"debate": debate_id, "user": actor.id, "is_read": is_read, "ends_after": VISIT_ENDS_AFTER}
    await db.execute(_NOTE, values)


def fill_new(actor: Actor, since_id: int | None) -> Filler:
    """The slot "new" of a card: whether it is new to this person, who knows what they wrote themselves."""
    if since_id is None:
        return _nothing

    def fill(id: str, author: str) -> str:
        return _NEW if int(id) > since_id and author != actor.username else ""

    return fill


_NEW = '<span class="state" data-new>New</span> '


def _nothing(*_: str) -> str:
    return ""

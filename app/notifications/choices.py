"""What a person has chosen to be told: for the account, and otherwise for single debates and threads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db import Reader
from app.mail.outbox import wake
from app.models import (
    Argument,
    Debate,
    DebateState,
    HouseRule,
    Interest,
    MailRhythm,
    Notification,
    NotificationChoice,
    User,
)
from app.notifications.listeners import WRITE_LETTERS, Place
from app.taken import name_taken

SHOWN = 50  # Debates and threads on one page; more follow by a link.


@dataclass(frozen=True, slots=True)
class Choice:
    """For one place; what is not chosen there follows from the place around it."""

    interest: Interest | None
    rhythm: MailRhythm | None
    around_interest: Interest
    around_rhythm: MailRhythm

    @property
    def interest_in_force(self) -> Interest:
        return self.interest or self.around_interest


@dataclass(frozen=True, slots=True)
class ListedChoice:
    id: int
    slug: str
    motion: str
    thread_id: int | None
    thread_claim: str | None  # None also when moderators hid it.
    removed_under: HouseRule | None  # Or removed it: by which rule.
    choice: Choice

    @property
    def words(self) -> str:
        if self.thread_id is None:
            return self.motion
        return self.thread_claim or name_taken("An argument", self.removed_under)


@dataclass(frozen=True, slots=True)
class ToldPage:
    rhythm: MailRhythm
    email: str | None
    is_confirmed: bool
    choices: tuple[ListedChoice, ...]
    before: int | None


CHOICE_WIDTH = 4


def add_choice(statement: Select[*tuple[Any, ...]], debate: Any, thread: Any) -> Select[*tuple[Any, ...]]:
    """With the columns of `read_choice` behind its own; it has users' rows in it already."""
    own, around = aliased(NotificationChoice), aliased(NotificationChoice)
    is_own = and_(own.user_id == User.id, own.debate_id == debate, own.argument_id.is_not_distinct_from(thread))
    is_around = and_(
        around.user_id == User.id, around.debate_id == debate, around.argument_id.is_(None), thread.is_not(None)
    )
    columns = (
        own.interest, own.mail_rhythm, func.coalesce(around.interest, Interest.OWN),
        func.coalesce(around.mail_rhythm, User.mail_rhythm),
    )  # fmt: skip
    return statement.add_columns(*columns).outerjoin(own, is_own).outerjoin(around, is_around)


def read_choice(columns: Sequence[Any]) -> Choice:
    interest, rhythm, around_interest, around_rhythm = columns
    return Choice(interest, rhythm, Interest(around_interest), MailRhythm(around_rhythm))


# Put together once: pages of debates ask it for members.
_THREAD: BindParameter[int | None] = bindparam("thread", type_=BigInteger)
_CHOICE = add_choice(
    select().select_from(User).where(User.id == bindparam("user")), bindparam("debate", type_=BigInteger), _THREAD
)


async def find_choice(db: Reader, user_id: int, place: Place) -> Choice:
    """In one statement."""
    values = {"user": user_id, "debate": place.debate_id, "thread": place.thread_id}
    return read_choice((await db.execute(_CHOICE, values)).one())


async def load_told_page(db: Reader, user_id: int, before: int | None = None) -> ToldPage:
    """The account's setting in one statement, those of debates and threads in another, the last chosen first."""
    person = select(User.mail_rhythm, User.email, User.email_verified_at.is_not(None)).where(User.id == user_id)
    rhythm, email, is_confirmed = (await db.execute(person)).one()
    own, there = NotificationChoice, aliased(NotificationChoice)
    is_around = and_(
        there.user_id == own.user_id, there.debate_id == own.debate_id, there.argument_id.is_(None),
        own.argument_id.is_not(None),
    )  # fmt: skip
    statement = (
        select(
            own.id, Debate.slug, Debate.motion, own.argument_id,
            case((Argument.hidden_by_id.is_(None), Argument.claim)), Argument.removed_under,
            own.interest, own.mail_rhythm, func.coalesce(there.interest, Interest.OWN), there.mail_rhythm,
        )
        .join(Debate, Debate.id == own.debate_id)
        .outerjoin(Argument, and_(Argument.debate_id == own.debate_id, Argument.id == own.argument_id))
        .outerjoin(there, is_around)
        .where(own.user_id == user_id, Debate.state != DebateState.REMOVED)
        .order_by(own.id.desc())
        .limit(SHOWN + 1)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(own.id < before)
    rows = [tuple(row) for row in await db.execute(statement)]
    listed = tuple(_listed(row, rhythm) for row in rows)
    return ToldPage(rhythm, email, is_confirmed, listed[:SHOWN], listed[SHOWN - 1].id if len(rows) > SHOWN else None)


def _listed(row: tuple[Any, ...], around: MailRhythm) -> ListedChoice:
    id, slug, motion, thread_id, claim, removed_under, interest, rhythm, interest_there, rhythm_there = row
    choice = Choice(interest, rhythm, Interest(interest_there), rhythm_there or around)
    return ListedChoice(id, slug, motion, thread_id, claim, removed_under, choice)


async def choose(
    db: AsyncSession, user_id: int, place: Place, interest: Interest | None, rhythm: MailRhythm | None
) -> None:
    """Set what counts at this place; with neither, the place around it counts again."""
    if interest is None and rhythm is None:
        at_place = NotificationChoice.argument_id.is_not_distinct_from(place.thread_id)
        own = (NotificationChoice.user_id == user_id, NotificationChoice.debate_id == place.debate_id, at_place)
        await db.execute(delete(NotificationChoice).where(*own))
    else:
        key = {"user_id": user_id, "debate_id": place.debate_id, "argument_id": place.thread_id}
        chosen = {"interest": interest, "mail_rhythm": rhythm}
        statement = insert(NotificationChoice).values(**key, **chosen)
        await db.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_={**chosen, "changed_at": func.now()})
        )
    await _look_again(db, user_id)


async def choose_rhythm(db: AsyncSession, user_id: int, rhythm: MailRhythm) -> None:
    """For the account, where nothing else is chosen."""
    await db.execute(update(User).where(User.id == user_id).values(mail_rhythm=rhythm))
    await _look_again(db, user_id)


async def _look_again(db: AsyncSession, user_id: int) -> None:
    """What waits for mail is due by the new settings."""
    waiting = update(Notification).where(Notification.user_id == user_id, Notification.mail_due_at.is_not(None))
    if (await db.execute(waiting.values(mail_due_at=func.now()).returning(Notification.id))).first() is not None:
        await wake(db, WRITE_LETTERS)

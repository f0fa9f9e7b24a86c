"""Telling followers of a new argument, and people that a text cites what they wrote: by a job, after the commit."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Executable, Select, and_, bindparam, delete, exists, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import aliased

from app.db import transaction
from app.jobs import Work
from app.mail.outbox import wake
from app.models import (
    Annotation,
    Announcement,
    Argument,
    Interest,
    Notification,
    NotificationChoice,
    NotificationKind,
)
from app.notifications.citing import find_cited_authors, may_cite
from app.notifications.kinds import POSTED
from app.notifications.listeners import Place, lock_listeners, tell_listeners
from app.settings import Settings

TELL_FOLLOWERS = "tell_followers"  # The task's name in the queue.
TOLD_AT_ONCE = 1_000  # Followers, in one transaction: their rows are locked until it ends.

POSTED_NOTES = (NotificationKind.ANNOTATION_REPLY, NotificationKind.CITATION)


async def announce(db: AsyncSession, item: Argument | Annotation, text: str, *, is_new: bool = True) -> None:
    """Put a text down for a worker, in the transaction that writes it, if there may be somebody to tell of it."""
    asked = {"debate": item.debate_id, "item": item.id, "is_new": is_new}
    is_for_followers = not may_cite(text)
    if is_for_followers:
        if not (is_new and isinstance(item, Argument)):
            return
        asked["thread"] = item.root_id or item.id
    made = await db.execute(_insert_announcement(_key(item), is_for_followers), asked)
    if made.first() is not None:
        await wake(db, TELL_FOLLOWERS)


@cache  # Putting it together takes longer than running it.
def _insert_announcement(key: str, is_for_followers: bool) -> Executable:
    """If it is for followers alone, only where there is one."""
    debate, item = (bindparam(name, type_=BigInteger) for name in ("debate", "item"))
    values = select(debate, item, bindparam("is_new", type_=Boolean))
    if is_for_followers:
        values = values.where(exists(_following(debate, bindparam("thread", type_=BigInteger))))
    columns = ["debate_id", key, "is_new"]
    made = insert(Announcement).from_select(columns, values).returning(Announcement.id)
    return made.execution_options(dml_strategy="raw")  # With parameters it would be taken for a list of rows.


def _key(item: Argument | Annotation) -> str:
    return "argument_id" if isinstance(item, Argument) else "annotation_id"


def _following(debate_id: Any, thread_id: Any) -> Select[int]:
    """Who follows the thread, or the debate without having said otherwise of the thread."""
    closer = aliased(NotificationChoice)
    otherwise = exists().where(
        closer.user_id == NotificationChoice.user_id, closer.debate_id == debate_id, closer.argument_id == thread_id,
        closer.interest != Interest.EVERYTHING,
    )  # fmt: skip
    there = and_(NotificationChoice.argument_id.is_(None), ~otherwise)
    return select(NotificationChoice.user_id).where(
        NotificationChoice.debate_id == debate_id, NotificationChoice.interest == Interest.EVERYTHING,
        or_(NotificationChoice.argument_id == thread_id, there),
    )  # fmt: skip


class Text(NamedTuple):
    """What is announced."""

    item: Argument | Annotation
    words: str
    place: Place
    about: dict[str, int | None]


async def tell_followers(work: Work) -> None:
    while await _tell_of_next(work.engine, work.settings):
        pass


async def _tell_of_next(engine: AsyncEngine, settings: Settings) -> bool:
    """One announcement, or a part of one with many followers; all of it or nothing happens, so each is told once."""
    async with transaction(engine) as db:
        oldest = select(Announcement).order_by(Announcement.id).limit(1).with_for_update(skip_locked=True)
        announcement = (await db.execute(oldest)).scalar_one_or_none()
        if announcement is None:
            return False
        text = await _find_text(db, announcement)
        is_told = text is None or await _tell(db, settings, announcement, text)
        if is_told:
            await db.execute(delete(Announcement).where(Announcement.id == announcement.id))
        return True


async def _find_text(db: AsyncSession, announcement: Announcement) -> Text | None:
    """Unless it was hidden or withdrawn meanwhile."""
    item: Argument | Annotation
    if announcement.argument_id is not None:
        item = await db.get_one(Argument, (announcement.debate_id, announcement.argument_id))
        words, thread_id = item.grounds_markdown, item.root_id or item.id
    else:
        item = await db.get_one(Annotation, (announcement.debate_id, announcement.annotation_id))
        words, thread_id = item.body_markdown, None
    if item.hidden_by_id is not None or item.withdrawn_at is not None:
        return None
    about = {"debate_id": item.debate_id, _key(item): item.id, "actor_id": item.author_id}
    return Text(item, words, Place(item.debate_id, thread_id), about)


async def _tell(db: AsyncSession, settings: Settings, announcement: Announcement, text: Text) -> bool:
    """Whether everybody has been told; those whom it cites first."""
    cited = await find_cited_authors(db, text.words, settings.hosts) - {text.item.author_id}
    untold = cited - set(await db.scalars(_told_of(text).where(Notification.user_id.in_(cited))))
    await tell_listeners(db, await lock_listeners(db, untold, text.place), NotificationKind.CITATION, text.about)
    if not announcement.is_new or text.place.thread_id is None:
        return True
    person = _following(text.item.debate_id, text.place.thread_id).subquery().c.user_id
    others = select(person).distinct().where(person.is_distinct_from(text.item.author_id))
    followers = set(await db.scalars(others.where(person.not_in(_told_of(text))).limit(TOLD_AT_ONCE)))
    listeners = await lock_listeners(db, followers, text.place)
    everything = [each for each in listeners if each.interest == Interest.EVERYTHING]
    await tell_listeners(db, everything, NotificationKind.NEW_ARGUMENT, text.about)
    return len(followers) < TOLD_AT_ONCE


def _told_of(text: Text) -> Select[int]:
    """One text reaches a person once: whom it answers is not told again that it cites them."""
    is_argument = isinstance(text.item, Argument)
    id_ = Notification.argument_id if is_argument else Notification.annotation_id
    return select(Notification.user_id).where(
        Notification.debate_id == text.item.debate_id, id_ == text.item.id,
        Notification.kind.in_(POSTED if is_argument else POSTED_NOTES),
    )  # fmt: skip

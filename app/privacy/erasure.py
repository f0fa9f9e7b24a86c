"""Erase a person: the account goes, texts stay without a name or are erased too, votes are taken out of the counts.

One transaction. Votes, stances and judgements go rather than stay as numbers: they are opinions on politics, a pattern
of them can point at a person, and everybody may take back their own at any time, so that nothing is lost by it that
was not theirs alone.
"""

from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.former import keep_restricted
from app.accounts.links import lock_first_administrator
from app.annotations.counters import count_annotation
from app.arguments.counters import count_argument
from app.db import touch_debate
from app.errors import Conflict
from app.models import Annotation, Argument, Credit, Role, User
from app.moderation.edit_asking import give_up_on
from app.privacy.erased_names import Person, take_out_names
from app.privacy.erasure_statements import (
    CLOSE_CASES,
    DEBATES,
    EMPTY_SOURCES,
    FORGET_SOURCES,
    FORGET_WORDS,
    KEEP_DISCOUNTS,
    LOCK_TEXTS,
    LOCK_VOTED,
    NOTE_EMPTIED_MARKS,
    NOTE_ERASED_WORDS,
    OWN_WORDS,
    TAKE_OUT,
    WITHDRAW_APPEALS,
    WITHDRAWN_NOW,
)
from app.privacy.tables import OWNED
from app.votes.credit_commands import count_credit

LAST_ADMINISTRATOR = (
    "You are the only administrator of this site. Make somebody else one first: rejoinder users role NAME "
    "administrator."
)


async def erase_person(db: AsyncSession, user_id: int, *, keeps_texts: bool, name_key: bytes) -> bool:
    """False when there is no such person any more, as when the form was sent twice. With `name_key` the name is kept,
    hashed, of whom a restriction holds."""
    await db.execute(text("SET LOCAL statement_timeout = '60s'"))
    await lock_first_administrator(db)
    for statement in LOCK_TEXTS:  # Ahead of the person, as by everybody who decides about a text and tells its author.
        await db.execute(statement, {"user": user_id})
    row = (await db.execute(select(User).where(User.id == user_id).with_for_update())).scalar_one_or_none()
    if row is None:
        return False
    if row.role == Role.ADMINISTRATOR and not await _has_other_administrator(db, user_id):
        raise Conflict(LAST_ADMINISTRATOR)
    person = Person(row.id, row.username, row.display_name, row.email)
    await keep_restricted(db, name_key, row.id, row.username)
    for debate_id in await db.scalars(DEBATES, {"user": user_id}):
        touch_debate(db, debate_id)
    await _take_out_votes(db, user_id)
    await db.execute(KEEP_DISCOUNTS, {"user": user_id})
    await db.execute(WITHDRAW_APPEALS, {"user": user_id})
    sources = [] if keeps_texts else await _erase_texts(db, user_id)
    await _erase_always(db, user_id)
    await _note_rewordings(db, user_id, sources, keeps_texts=keeps_texts)
    await give_up_on(db, user_id)
    await take_out_names(db, person)
    await db.execute(CLOSE_CASES, {"user": user_id})
    await db.execute(delete(User).where(User.id == user_id).execution_options(synchronize_session=False))
    return True


async def _has_other_administrator(db: AsyncSession, user_id: int) -> bool:
    others = select(User.id).where(User.role == Role.ADMINISTRATOR, User.id != user_id)
    return bool(await db.scalar(select(others.exists())))


async def _take_out_votes(db: AsyncSession, user_id: int) -> None:
    """Votes, judgements and stances, and what they were counted in."""
    await db.execute(LOCK_VOTED, {"user": user_id})
    for statement in TAKE_OUT:
        await db.execute(statement, {"user": user_id})


async def _erase_texts(db: AsyncSession, user_id: int) -> list[int]:
    """Every wording: which sources lost theirs with it. What is erased is withdrawn, since it says nothing any more;
    it keeps its place and replies."""
    words = list(await db.scalars(OWN_WORDS, {"user": user_id}))
    await _withdraw_all(db, user_id)
    for owned in OWNED:
        if owned.words:
            await _set(db, owned.model, owned.mine(user_id), owned.words)
    for statement in FORGET_SOURCES:
        await db.execute(statement, {"user": user_id})
    emptied = list(await db.scalars(EMPTY_SOURCES, {"user": user_id}))
    await db.execute(FORGET_WORDS, {"words": words})
    return emptied


async def _withdraw_all(db: AsyncSession, user_id: int) -> None:
    """In the order in which others lock: replies before what they answer."""
    for model, count in ((Argument, count_argument), (Annotation, count_annotation), (Credit, count_credit)):
        kind: Any = model
        listed = (kind.author_id == user_id, kind.withdrawn_at.is_(None), kind.hidden_by_id.is_(None))
        locked = select(kind).where(*listed).order_by(kind.id.desc()).with_for_update(key_share=True)
        for row in list(await db.scalars(locked)):
            await count(db, row, -1)
        await db.execute(WITHDRAWN_NOW[kind.__tablename__], {"user": user_id})


async def _erase_always(db: AsyncSession, user_id: int) -> None:
    for owned in OWNED:
        if owned.always:
            await _set(db, owned.model, owned.mine(user_id), owned.always)


async def _note_rewordings(db: AsyncSession, user_id: int, sources: list[int], *, keeps_texts: bool) -> None:
    """Of all open cases at once, with what they are about locked. Marks lose their words in any case."""
    if keeps_texts:
        await db.execute(NOTE_EMPTIED_MARKS, {"user": user_id})
    else:
        await db.execute(NOTE_ERASED_WORDS, {"user": user_id, "sources": sources})


async def _set(db: AsyncSession, model: Any, where: Any, values: Any) -> None:
    await db.execute(update(model).where(where).values(values).execution_options(synchronize_session=False))

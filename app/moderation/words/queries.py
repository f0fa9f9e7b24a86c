"""The page on which moderators keep watched words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import Reader
from app.errors import NotFound
from app.models import User, WatchAction, WatchedWord, WatchedWordChange
from app.moderation.measures.switches import FIRST_POSTS, is_switched_on

CHANGES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Word:
    id: int
    pattern: str
    action: WatchAction
    added_by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    moderator_name: str
    pattern: str
    before: str | None
    after: str | None
    decision_id: int | None  # None of those from before each change was a decision.


@dataclass(frozen=True, slots=True)
class WordPage:
    words: list[Word]
    site_words: list[Word]  # That count in a debate too.
    changes: list[Change]  # The newest ones.
    holds_first_posts: bool


async def load_word_page(db: Reader, debate_id: int | None) -> WordPage:
    """In three statements."""
    columns = (WatchedWord.id, WatchedWord.pattern, WatchedWord.action, User.display_name, WatchedWord.created_at)
    here = WatchedWord.debate_id.is_(None) | (WatchedWord.debate_id == debate_id)
    words = select(WatchedWord.debate_id, *columns).outerjoin(User, User.id == WatchedWord.added_by_id).where(here)
    rows = (await db.execute(words.order_by(WatchedWord.pattern))).all()
    own = [Word(*row[1:]) for row in rows if row[0] == debate_id]
    site = [Word(*row[1:]) for row in rows if row[0] is None and debate_id is not None]
    holds = await is_switched_on(db, debate_id, FIRST_POSTS)
    return WordPage(own, site, await _load_changes(db, debate_id), holds)


async def find_word(db: Reader, debate_id: int | None, word_id: int) -> Word:
    """One that is watched in this very place."""
    columns = (WatchedWord.id, WatchedWord.pattern, WatchedWord.action, User.display_name, WatchedWord.created_at)
    found = select(*columns).outerjoin(User, User.id == WatchedWord.added_by_id).where(WatchedWord.id == word_id)
    row = (await db.execute(found.where(WatchedWord.debate_id.is_not_distinct_from(debate_id)))).one_or_none()
    if row is None:
        raise NotFound("This word is not watched here, or not any more.")
    return Word(*row)


async def _load_changes(db: Reader, debate_id: int | None) -> list[Change]:
    change = WatchedWordChange
    columns = (change.at, change.moderator_name, change.pattern, change.before, change.after, change.decision_id)
    here = change.debate_id.is_not_distinct_from(debate_id)
    rows = await db.execute(select(*columns).where(here).order_by(change.id.desc()).limit(CHANGES_SHOWN))
    return [Change(*row) for row in rows]

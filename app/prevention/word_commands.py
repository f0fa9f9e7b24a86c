"""Watch a word, watch it no more, let first posts wait. Each change of words is noted in a log that can only grow."""

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Debate, WatchedWord, WatchedWordChange
from app.prevention.watched_words import MOST_PATTERNS
from app.prevention.word_forms import FirstPostsForm, WordForm


async def watch_word(db: AsyncSession, actor: Actor, debate_id: int | None, form: WordForm) -> None:
    """From now on, with this action; a word that is watched already gets it instead of its own."""
    word = (await db.execute(_find(debate_id, WatchedWord.pattern == form.pattern))).scalar_one_or_none()
    if word is not None and word.action == form.action:
        return
    if word is None and await _count(db, debate_id) >= MOST_PATTERNS:
        raise Conflict(f"At most {MOST_PATTERNS} words can be watched here. Remove one that has become needless.")
    _note(db, actor, debate_id, form.pattern, word.action if word else None, form.action)
    if word is None:
        db.add(WatchedWord(debate_id=debate_id, added_by_id=actor.id, pattern=form.pattern, action=form.action))
    else:
        word.action = form.action
    await db.flush()


async def unwatch_word(db: AsyncSession, actor: Actor, debate_id: int | None, word_id: int) -> None:
    """One that is not watched here, or not any more, changes nothing."""
    word = (await db.execute(_find(debate_id, WatchedWord.id == word_id))).scalar_one_or_none()
    if word is not None:
        _note(db, actor, debate_id, word.pattern, word.action, None)
        await db.delete(word)
        await db.flush()


async def choose_first_posts(db: AsyncSession, debate_id: int, form: FirstPostsForm) -> None:
    await db.execute(update(Debate).where(Debate.id == debate_id).values(holds_first_posts=form.holds))


def _find(debate_id: int | None, which: ColumnElement[bool]) -> Select[WatchedWord]:
    return select(WatchedWord).where(WatchedWord.debate_id.is_not_distinct_from(debate_id), which).with_for_update()


async def _count(db: AsyncSession, debate_id: int | None) -> int:
    here = WatchedWord.debate_id.is_not_distinct_from(debate_id)
    return (await db.execute(select(func.count()).where(here))).scalar_one()


def _note(
    db: AsyncSession, actor: Actor, debate_id: int | None, pattern: str, before: str | None, after: str | None
) -> None:
    change = {"pattern": pattern, "before": before, "after": after}
    db.add(WatchedWordChange(debate_id=debate_id, moderator_name=actor.display_name, **change))

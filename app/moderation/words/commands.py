"""Watch a word, watch it no more, undo either.

Each change is a decision: the public log has it without the word, which would help those whom it is to stop. The word
stands in the notes of changes alone, which can only grow and name their decision.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.errors import Conflict
from app.models import Action, Decision, WatchAction, WatchedWord, WatchedWordChange
from app.moderation.decision_queries import DecisionView
from app.moderation.forms import UndoForm
from app.moderation.measures.targets import StaleTarget, of_word, of_words, refuse_stale
from app.moderation.putting_back import NOT_IN_FORCE, refuse_if_undone
from app.moderation.records import Act, Reasoned, find_made, record
from app.moderation.undo_commands import REVERSALS
from app.moderation.words.forms import RemovalForm, WordForm
from app.permission_terms import Bench
from app.prevention.watched_words import MOST_PATTERNS
from app.targets import DebateHead

REMOVED = "Somebody has removed this word since you opened the page, so there is nothing to remove."


async def watch_word(
    db: AsyncSession, actor: Actor, debate: DebateHead | None, form: WordForm, bench: Bench | None = None
) -> Decision | None:
    """From now on, with this action; a word that is watched already gets it instead of its own, or nothing changes."""
    debate_id = debate.id if debate else None
    await _hold_words(db, debate_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_stale(db, of_words(debate_id), form.version)
    word = (await db.execute(_find(debate_id, WatchedWord.pattern == form.pattern))).scalar_one_or_none()
    if word is not None and word.action == form.action:
        return None
    if word is None and await _count(db, debate_id) >= MOST_PATTERNS:
        raise Conflict(f"At most {MOST_PATTERNS} words can be watched here. Remove one that has become needless.")
    before = word.action if word else None
    await _set_action(db, actor, word, debate_id, form.pattern, form.action)
    act = _act(Action.WATCH, form, debate_id, before, form.action, bench=bench)
    return await _record(db, actor, act, debate.slug if debate else None, form.pattern)


async def unwatch_word(
    db: AsyncSession,
    actor: Actor,
    debate: DebateHead | None,
    word: WatchedWord | None,
    form: RemovalForm,
    bench: Bench | None = None,
) -> Decision:
    """A locked one, or none if it is gone."""
    debate_id = debate.id if debate else None
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    if word is None:
        raise StaleTarget(REMOVED)
    await refuse_stale(db, of_word(debate_id, word.pattern), form.version)
    act = _act(Action.UNWATCH, form, debate_id, word.action, None, since=word.created_at, bench=bench)
    decision = await _record(db, actor, act, debate.slug if debate else None, word.pattern)
    await db.delete(word)
    await db.flush()
    return decision


async def put_word_back(db: AsyncSession, actor: Actor, view: DecisionView, form: UndoForm) -> Decision:
    """Treat the word as before the decision, if it is still treated as the decision said."""
    assert view.change is not None
    await _hold_words(db, view.debate_id)
    if made := await find_made(db, actor, form.idempotency_key):
        return made
    await refuse_if_undone(db, view.id)
    noted = select(WatchedWordChange.pattern).where(WatchedWordChange.decision_id == view.id)
    pattern = (await db.execute(noted)).scalar_one()
    word = (await db.execute(_find(view.debate_id, WatchedWord.pattern == pattern))).scalar_one_or_none()
    if (word.action if word else None) != view.change["to"]:
        raise Conflict(NOT_IN_FORCE)
    before = WatchAction(view.change["from"]) if view.change["from"] else None
    if word is None and before is not None:
        await _bring_back(db, view, pattern, before)
    else:
        await _set_action(db, actor, word, view.debate_id, pattern, before)
    act = _act(
        REVERSALS[view.action], form, view.debate_id, view.change["to"], before, reverses_id=view.id, bench=view.bench
    )
    return await _record(db, actor, act, view.slug, pattern)


async def _bring_back(db: AsyncSession, view: DecisionView, pattern: str, action: WatchAction) -> None:
    """A word that was removed, as it was: since the same day, by whoever added it, if they are still here."""
    added = (
        select(Decision.moderator_id)
        .join(WatchedWordChange, WatchedWordChange.decision_id == Decision.id)
        .where(WatchedWordChange.pattern == pattern, WatchedWordChange.before.is_(None))
        .where(Decision.debate_id.is_not_distinct_from(view.debate_id), Decision.id < view.id)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    since = (view.change or {}).get("since")
    at = {"created_at": datetime.fromisoformat(since)} if since else {}
    added_by_id = (await db.execute(added)).scalar_one_or_none()
    db.add(WatchedWord(debate_id=view.debate_id, added_by_id=added_by_id, pattern=pattern, action=action, **at))
    await db.flush()


async def lock_word(db: AsyncSession, debate_id: int | None, word_id: int) -> WatchedWord | None:
    """Nothing if it is not watched here, or not any more."""
    await _hold_words(db, debate_id)
    return (await db.execute(_find(debate_id, WatchedWord.id == word_id))).scalar_one_or_none()


async def _hold_words(db: AsyncSession, debate_id: int | None) -> None:
    """Changes of words in one place come one after the other: a word that is not watched has no row to lock."""
    place = f"watched words of {debate_id}"
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))


async def _set_action(
    db: AsyncSession, actor: Actor, word: WatchedWord | None, debate_id: int | None, pattern: str,
    action: WatchAction | None,
) -> None:  # fmt: skip
    if word is not None and action is None:
        await db.delete(word)
    elif word is not None and action is not None:
        word.action = action
    elif action is not None:
        db.add(WatchedWord(debate_id=debate_id, added_by_id=actor.id, pattern=pattern, action=action))
    await db.flush()


def _find(debate_id: int | None, which: ColumnElement[bool]) -> Select[WatchedWord]:
    return select(WatchedWord).where(WatchedWord.debate_id.is_not_distinct_from(debate_id), which).with_for_update()


async def _count(db: AsyncSession, debate_id: int | None) -> int:
    here = WatchedWord.debate_id.is_not_distinct_from(debate_id)
    return (await db.execute(select(func.count()).where(here))).scalar_one()


def _act(
    action: Action, form: Reasoned, debate_id: int | None, before: str | None, after: str | None, *,
    reverses_id: int | None = None, since: datetime | None = None, bench: Bench | None = None,
) -> Act:  # fmt: skip
    change = {"from": before, "to": after} | ({"since": since.isoformat()} if since else {})
    return Act(
        action, form.explanation, form.idempotency_key, columns={"debate_id": debate_id}, change=change,
        reverses_id=reverses_id, bench=bench,
    )  # fmt: skip


async def _record(db: AsyncSession, actor: Actor, act: Act, slug: str | None, pattern: str) -> Decision:
    decision = await record(db, actor, act, slug)
    assert act.change is not None
    change = {"before": act.change["from"], "after": act.change["to"], "pattern": pattern}
    place = (act.columns or {})["debate_id"]
    db.add(WatchedWordChange(debate_id=place, moderator_name=actor.display_name, decision_id=decision.id, **change))
    await db.flush()
    return decision

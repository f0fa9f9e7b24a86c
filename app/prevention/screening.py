"""What is asked of a text before it is posted: may it stand, does it wait, or is it refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Executable, ScalarSelect, bindparam, func, null, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Refusal
from app.models import Debate, HeldReason, WatchAction, WatchedWord
from app.prevention.repeats import asked_of_repeat, can_repeat, refuse_repeat, select_repeat
from app.prevention.sent import Place, Sent
from app.prevention.watched_words import Match, Watched, find_watched
from app.trust import select_trust_record


class Blocked(Refusal):
    """The text has a word that blocks it. Whoever wrote it gets it back."""

    status = 422
    title = "This cannot be posted as it is"

    def __init__(self, match: Match) -> None:
        self.words = match.words
        super().__init__(
            f"The moderators of this site or debate watch for some words, and this has one that they do not let stand: "
            f"“{match.words}”. Nothing was posted. Word it differently, or ask a moderator if you mean it seriously."
        )


class CannotWait(Refusal):
    """The text would wait for a moderator, but there is nowhere for its kind to wait. Whoever wrote it gets it back."""

    status = 422
    title = "This cannot be posted as it is"


@dataclass(frozen=True, slots=True)
class Screened:
    """What follows for a text that is not refused."""

    hold: HeldReason | None = None
    matches: Sequence[Match] = ()

    @property
    def watched(self) -> str:
        return ", ".join(f"“{match.words}” ({match.pattern})" for match in self.matches)


async def screen_post(db: AsyncSession, actor: Actor, place: Place, sent: Sent) -> Screened:
    """Refuse a new text that is blocked or repeated; else say whether it waits, and what was watched in it."""
    assert actor.id is not None
    known = await _load_known(db, actor.id, place, sent)
    matches = _find_matches(sent.texts, known.watched)
    if known.is_own_repeat is not None:
        refuse_repeat(known.is_own_repeat)
    return Screened(None if _is_known(actor, place.debate_id) else _find_hold(known, matches, sent), matches)


async def screen_edit(db: Reader, debate_id: int | None, texts: Sequence[str]) -> Screened:
    """Of what stands already: refuse what is blocked. What would wait is flagged instead, as it is seen already."""
    return Screened(None, _find_matches(texts, await load_watched(db, debate_id)))


async def screen_at_once(db: AsyncSession, actor: Actor, debate_id: int, words: str, kind: str) -> Screened:
    """Of what cannot wait, as marks and credits (`kind`, in the plural): refuse what is blocked or would wait."""
    screened = await screen_post(db, actor, Place(debate_id), Sent((words,), key="", may_repeat=True))
    if screened.hold == HeldReason.WATCHED:
        raise CannotWait(
            f"A moderator would have to read this first, since it has a word that is watched here: "
            f"“{screened.matches[0].words}”. But {kind} cannot wait for that. Word it differently, or reply instead."
        )
    if screened.hold is not None:
        raise CannotWait(
            f"In this debate a moderator reads what new members write before it stands, and {kind} cannot wait for "
            "that. Once an argument or a note of yours stands, you can write this. You can copy it until then."
        )
    return screened


async def load_watched(db: Reader, debate_id: int | None) -> list[Watched]:
    """Of the site, and of the debate if there is one."""
    rows = (await db.execute(select(_select_watched()), {"debate": debate_id})).scalar_one()
    return _read_watched(rows)


class _Known(NamedTuple):
    """What a text is measured by."""

    watched: list[Watched]
    is_own_repeat: bool | None  # Whether it repeats one's own text or another one's; nothing if it repeats none.
    holds_first_posts: bool
    standing: int


async def _load_known(db: Reader, author_id: int, place: Place, sent: Sent) -> _Known:
    """In one statement: many may post at once."""
    asked = {"person": author_id, "debate": place.debate_id}
    is_asked = can_repeat(sent)
    asked |= asked_of_repeat(place, sent) if is_asked else {}
    watched, *others = (await db.execute(_select_known(is_asked), asked)).one()
    return _Known(_read_watched(watched), *others)


@cache
def _select_known(can_repeat: bool) -> Executable:
    standing, _, _ = select_trust_record()
    holds = select(Debate.holds_first_posts).where(Debate.id == bindparam("debate")).scalar_subquery()
    return select(_select_watched(), select_repeat() if can_repeat else null(), holds, standing)


@cache
def _select_watched() -> ScalarSelect[Any]:
    here = or_(WatchedWord.debate_id.is_(None), WatchedWord.debate_id == bindparam("debate", type_=BigInteger))
    words = aggregate_order_by(func.jsonb_build_array(WatchedWord.pattern, WatchedWord.action), WatchedWord.id)
    return select(func.jsonb_agg(words)).where(here).scalar_subquery()


def _read_watched(rows: list[tuple[str, str]] | None) -> list[Watched]:
    return [Watched(pattern, WatchAction(action)) for pattern, action in rows or []]


def _find_matches(texts: Sequence[str], watched: list[Watched]) -> list[Match]:
    matches = find_watched(texts, watched) if watched else []
    if matches and matches[0].action == WatchAction.BLOCK:
        raise Blocked(matches[0])
    return matches


def _find_hold(known: _Known, matches: Sequence[Match], sent: Sent) -> HeldReason | None:
    """A first post waits where its debate wants that, and everywhere if it looks like a program's."""
    if any(match.action == WatchAction.HOLD for match in matches):
        return HeldReason.WATCHED
    if known.standing:
        return None
    if sent.is_by_program:
        return HeldReason.TRAP
    return HeldReason.FIRST_POST if known.holds_first_posts else None


def _is_known(actor: Actor, debate_id: int) -> bool:
    """Those who look after the site or this debate would only wait for one another."""
    return actor.is_site_staff or debate_id in actor.debate_roles

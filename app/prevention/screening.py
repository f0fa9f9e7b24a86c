"""What is asked of a text before it is posted: may it stand, does it wait, or is it refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.db import Reader
from app.errors import Refusal
from app.models import Debate, HeldReason, WatchAction, WatchedWord
from app.prevention.repeats import refuse_repeat
from app.prevention.sent import Place, Sent
from app.prevention.watched_words import Match, Watched, find_watched
from app.trust import select_trust_record


class Blocked(Refusal):
    """The text has a word that blocks it. Whoever wrote it gets it back."""

    status = 422
    title = "This cannot be posted as it is"

    def __init__(self, match: Match) -> None:
        super().__init__(
            f"The moderators of this site or debate watch for some words, and this has one that they do not let stand: "
            f"“{match.words}”. Nothing was posted. Word it differently, or ask a moderator if you mean it seriously."
        )


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
    matches = await _screen_words(db, place.debate_id, sent.texts)
    await refuse_repeat(db, actor.id, place, sent)
    if any(match.action == WatchAction.HOLD for match in matches) and not _is_known(actor, place.debate_id):
        return Screened(HeldReason.WATCHED, matches)
    return Screened(await _hold_first(db, actor, place.debate_id, sent), matches)


async def screen_edit(db: Reader, debate_id: int, texts: Sequence[str]) -> Screened:
    """Of what stands already: refuse what is blocked. What would wait is flagged instead, as it is seen already."""
    return Screened(None, await _screen_words(db, debate_id, texts))


async def load_watched(db: Reader, debate_id: int | None) -> list[Watched]:
    """Of the site, and of the debate if there is one."""
    here = or_(WatchedWord.debate_id.is_(None), WatchedWord.debate_id == debate_id)
    rows = await db.execute(select(WatchedWord.pattern, WatchedWord.action).where(here).order_by(WatchedWord.id))
    return [Watched(*row) for row in rows]


async def _screen_words(db: Reader, debate_id: int, texts: Sequence[str]) -> list[Match]:
    matches = find_watched(texts, await load_watched(db, debate_id))
    if matches and matches[0].action == WatchAction.BLOCK:
        raise Blocked(matches[0])
    return matches


async def _hold_first(db: Reader, actor: Actor, debate_id: int, sent: Sent) -> HeldReason | None:
    """A first post waits where its debate wants that, and everywhere if it looks like a program's."""
    if _is_known(actor, debate_id):
        return None
    standing, _, _ = select_trust_record(actor.id)
    statement = select(Debate.holds_first_posts).where(Debate.id == debate_id, standing == 0)
    holds_first_posts = (await db.execute(statement)).scalar_one_or_none()
    if holds_first_posts is None:
        return None
    if sent.is_by_program:
        return HeldReason.TRAP
    return HeldReason.FIRST_POST if holds_first_posts else None


def _is_known(actor: Actor, debate_id: int) -> bool:
    """Those who look after the site or this debate would only wait for one another."""
    return actor.is_site_staff or debate_id in actor.debate_roles

"""Word an essay anew, publish it with every passage placed in it, and place passages by hand."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.annotations.anchoring import Anchor
from app.db import touch_debate
from app.errors import Conflict
from app.essays.blocks import CanonicalEssay
from app.essays.canonical import parse_essay
from app.essays.commands import ESSAY_LOCK, add_revision
from app.essays.selectors import TextPosition
from app.models import EssayRevision, Paragraph, Placement, PlacementState
from app.revisions.following import Outcome, follow_all_once, place_by_hand
from app.revisions.orphans import tell_authors
from app.revisions.places import Places
from app.revisions.standings import Ground, load_ground

ROWS_AT_ONCE = 2_000  # Of placements in one statement: a debate of many thousands stays within its time.


@dataclass(frozen=True, slots=True)
class Published:
    revision: EssayRevision
    outcomes: Sequence[Outcome]


async def publish_wording(
    db: AsyncSession,
    newest: EssayRevision,
    markdown: str,
    note: str,
    publisher_id: int | None,
    places: Places,
    advance: Callable[[], object] = lambda: None,
) -> Published:
    """The next revision with a placement for every passage of the debate, in the caller's transaction.

    Conflict if `newest` is no longer the newest; ValueError where the text is beyond a limit.
    """
    await _hold_alone(db, newest)
    parsed = await asyncio.to_thread(parse_essay, markdown)
    ground = await load_ground(db, newest.debate_id)
    outcomes = await asyncio.to_thread(decide, parsed.text, ground, places, publisher_id)
    revision = EssayRevision(
        debate_id=newest.debate_id,
        essay_id=newest.essay_id,
        number=newest.number + 1,
        note=note,
        publisher_id=publisher_id,
    )
    await add_revision(db, revision, markdown, parsed)
    await _store_placements(db, revision, parsed, outcomes, advance)
    await tell_authors(db, newest, revision, publisher_id)
    touch_debate(db, revision.debate_id)
    return Published(revision, outcomes)


async def _hold_alone(db: AsyncSession, newest: EssayRevision) -> None:
    """Until the commit nobody else publishes, and nobody marks words of the revision that was the newest."""
    await db.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))  # Placing takes its time.
    lock = text("SELECT pg_advisory_xact_lock(:lock, hashint8(:debate))")
    await db.execute(lock, {"lock": ESSAY_LOCK, "debate": newest.debate_id})
    statement = select(func.max(EssayRevision.id)).where(EssayRevision.debate_id == newest.debate_id)
    if (await db.execute(statement)).scalar_one() != newest.id:
        raise Conflict("Somebody else has published a new revision meanwhile. Your draft is kept: look at it again.")


def decide(new_text: str, ground: Ground, places: Places, user_id: int | None) -> list[Outcome]:
    """Where each passage goes: to its place by hand if it was given one, else after its words."""
    followed = follow_all_once(new_text, ground.texts, ground.standings)
    return [
        place_by_hand(new_text, standing, places[standing.passage_id], user_id)
        if standing.passage_id in places
        else outcome
        for standing, outcome in zip(ground.standings, followed, strict=True)
    ]


async def _store_placements(
    db: AsyncSession,
    revision: EssayRevision,
    parsed: CanonicalEssay,
    outcomes: Sequence[Outcome],
    advance: Callable[[], object],
) -> None:
    starts = [block.start for block in parsed.blocks]
    key = {"debate_id": revision.debate_id, "revision_id": revision.id}
    connection = await db.connection()  # The session would send the rows in small parts, and compile each.
    for first in range(0, len(outcomes), ROWS_AT_ONCE):
        some = outcomes[first : first + ROWS_AT_ONCE]
        rows = [key | {"passage_id": outcome.passage_id} | placement_values(outcome, starts) for outcome in some]
        await connection.execute(insert(Placement), rows)
        for _ in some:
            advance()


def placement_values(outcome: Outcome, paragraph_starts: Sequence[int]) -> dict[str, Any]:
    anchor = outcome.anchor
    return {
        "state": anchor.state,
        "score": min(max(anchor.score, 0.0), 1.0),
        "reason": anchor.reason,
        **_range(anchor, paragraph_starts),
        "is_by_hand": outcome.is_by_hand,
        "placed_by_id": outcome.placed_by_id,
    }


def _range(anchor: Anchor, paragraph_starts: Sequence[int]) -> dict[str, int | None]:
    place = anchor.place
    if place is None:
        return {"start": None, "end": None, "paragraph_number": None}
    number = bisect_right(paragraph_starts, place.start)
    return {"start": place.start, "end": place.end, "paragraph_number": number}


async def place_passage(
    db: AsyncSession, revision: EssayRevision, passage_id: int, place: TextPosition | None, user_id: int
) -> None:
    """Say by hand where a passage stands on the newest revision, or that it stands nowhere. All that points at it
    goes along. Conflict if its words stand there, or another revision is the newest."""
    await _hold_alone(db, revision)
    ground = await load_ground(db, revision.debate_id, passage_id)
    standing = ground.standing(passage_id)
    if standing is None or standing.state in (PlacementState.EXACT, PlacementState.MOVED):
        raise Conflict("These words stand in the essay as they were marked: there is nothing to place.")
    outcome = place_by_hand(revision.text, standing, place, user_id)
    blocks = await _paragraph_starts(db, revision)
    key = {"debate_id": revision.debate_id, "revision_id": revision.id, "passage_id": passage_id}
    values = {**placement_values(outcome, blocks), "placed_at": func.now()}
    of_passage = [getattr(Placement, name) == value for name, value in key.items()]
    await db.execute(update(Placement).where(*of_passage).values(**values))
    touch_debate(db, revision.debate_id)


async def _paragraph_starts(db: AsyncSession, revision: EssayRevision) -> list[int]:
    statement = select(Paragraph.start).filter_by(debate_id=revision.debate_id, revision_id=revision.id)
    return list((await db.execute(statement.order_by(Paragraph.number))).scalars())

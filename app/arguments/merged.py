"""What was merged into an argument: the words and the authors stay with it."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import text

from app.arguments.cards import ArgumentCard
from app.db import Reader
from app.errors import MovedForGood
from app.targets import find_survivor

SHOWN = 20  # The first that were merged; who has more duplicates reads the log.

_MERGED = text("""
    WITH RECURSIVE merged AS (
        SELECT id FROM arguments WHERE debate_id = :debate AND merged_into_id = :argument
        UNION
        SELECT a.id FROM merged JOIN arguments a ON a.debate_id = :debate AND a.merged_into_id = merged.id
    )
    SELECT a.id, a.claim, a.grounds_html, a.origin, a.created_at, a.hidden_by_id, u.username, u.display_name
    FROM merged JOIN arguments a ON a.debate_id = :debate AND a.id = merged.id
    JOIN decisions d ON d.id = a.hidden_by_id AND d.action <> 'unsplit'
    LEFT JOIN users u ON u.id = a.author_id
    ORDER BY a.hidden_by_id LIMIT :most
""")


class Merged(NamedTuple):
    """Hidden by nothing but the decision that merged it: what was hidden before cannot be merged."""

    id: int
    claim: str
    grounds: Markup
    origin: str
    created_at: datetime
    decision_id: int
    author_username: str | None
    author_name: str | None


async def leave_if_merged(db: Reader, debate_id: int, card: ArgumentCard) -> None:
    """From the page of an argument that was merged to that of the survivor."""
    if card.claim is None and (survivor := await find_survivor(db, debate_id, card.id)) is not None:
        raise MovedForGood(survivor)


async def load_merged(db: Reader, debate_id: int, argument_id: int) -> list[Merged]:
    """Also what had been merged into one of these before, not what was split off and put back; one statement."""
    place = {"debate": debate_id, "argument": argument_id, "most": SHOWN}
    return [
        Merged(row[0], row[1], Markup(row[2]), *row[3:])  # noqa: S704  (sanitised at write)
        for row in await db.execute(_MERGED, place)
    ]

"""Arguments that moderators split in two: each leads to the other one."""

from typing import NamedTuple

from sqlalchemy import text

from app.db import Reader

SHOWN = 20  # Who was split more often reads the log.

# One that is hidden, merged or put together again is not named as a part; what a part came from stays, without words.
_PARTS = text("""
    SELECT o.id, CASE WHEN o.hidden_by_id IS NULL THEN o.claim END, o.id = a.split_from_id
    FROM arguments a JOIN arguments o ON o.debate_id = a.debate_id AND (
        o.id = a.split_from_id OR (o.split_from_id = a.id AND o.hidden_by_id IS NULL)
    )
    WHERE a.debate_id = :debate AND a.id = :argument
    ORDER BY o.id LIMIT :most
""")


class Part(NamedTuple):
    id: int
    claim: str | None  # None where it is hidden.
    is_origin: bool  # This one was split from it; otherwise the other way round.


async def load_parts(db: Reader, debate_id: int, argument_id: int) -> list[Part]:
    place = {"debate": debate_id, "argument": argument_id, "most": SHOWN}
    return [Part._make(row) for row in await db.execute(_PARTS, place)]

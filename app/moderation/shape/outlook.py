"""How much a merge would hand on, for its preview."""

from typing import NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.moderation.items import Item
from app.moderation.shape.handing_on import count_votes_going

_OUTLOOK = text("""
    SELECT (SELECT count(*) FROM arguments WHERE debate_id = :debate AND parent_id = :merged),
           (SELECT count(*) FROM votes WHERE debate_id = :debate AND argument_id = :merged),
           (SELECT count(*) FROM credits WHERE debate_id = :debate AND argument_id = :merged),
           (SELECT count(*) FROM citations WHERE debate_id = :debate AND argument_id = :merged)
           + (SELECT count(*) FROM source_citations
              WHERE debate_id = :debate AND argument_id = :merged AND removed_at IS NULL)
""")


class Outlook(NamedTuple):
    replies: int
    votes: int
    credits: int
    citations: int
    votes_going: int

    @property
    def votes_staying(self) -> int:
        return self.votes - self.votes_going


async def load_outlook(db: Reader, item: Item, survivor: Item) -> Outlook:
    counts = (await db.execute(_OUTLOOK, {"debate": item.debate_id, "merged": item.id})).one()
    going = await count_votes_going(db, item.debate_id, item.id, survivor.id)
    return Outlook._make([*counts, going])

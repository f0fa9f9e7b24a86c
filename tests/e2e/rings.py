"""A debate in which one member agrees with everything of one author, within a minute."""

from sqlalchemy import insert, select, update

from app.db import transaction
from app.models import Argument, Debate, Position, Vote
from tests.e2e.site import Site
from tests.factories import make_argument, make_debate


async def make_ring_debate(site: Site, slug: str) -> str:
    """Its address; the first of six arguments takes five replies, and the member's vote is on each."""
    async with transaction(site.engine) as db:
        debate = await make_debate(db, slug)
        side = (await db.scalars(select(Position).where(Position.debate_id == debate.id, Position.number == 1))).one()
        first = await make_argument(db, debate, site.cast["author"], position=side)
        for _ in range(5):
            await make_argument(db, debate, site.cast["author"], parent=first)
            for _ in range(2):
                await make_argument(db, debate, None, position=side)
        of_author = (Argument.debate_id == debate.id, Argument.author_id == site.cast["author"].id)
        place = {"debate_id": debate.id, "user_id": site.cast["member"].id, "value": "agree"}
        ids = (await db.scalars(select(Argument.id).where(*of_author))).all()
        await db.execute(insert(Vote), [{**place, "argument_id": id} for id in ids])
        await db.execute(update(Argument).where(*of_author).values(agree_count=1))
        await db.execute(update(Debate).where(Debate.id == debate.id).values(vote_count=len(ids)))
    return f"/debates/{slug}"

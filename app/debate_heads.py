"""Which version a debate is at: the one question that every page asks, so it is asked cheaply."""

from fastapi import Request
from sqlalchemy import ARRAY, Text, any_, bindparam, select

from app.actor import Actor
from app.batches import Batches
from app.errors import NotFound
from app.models import Debate
from app.permissions import can_see_debate
from app.plain_connection import PlainConnection, as_psycopg
from app.targets import DEBATE_HEAD, DebateHead

_HEADS = as_psycopg(select(*DEBATE_HEAD).where(Debate.slug == any_(bindparam("slugs", type_=ARRAY(Text)))))


class DebateHeads:
    """The heads of debates, for all requests that ask at once."""

    def __init__(self, url: str) -> None:
        self._reads = PlainConnection(url)
        self._batches: Batches[str, DebateHead | None] = Batches(self._find)

    async def find(self, slug: str) -> DebateHead | None:
        return await self._batches.ask(slug)

    async def close(self) -> None:
        await self._batches.close()
        await self._reads.close()

    async def _find(self, slugs: list[str]) -> list[DebateHead | None]:
        rows = await self._reads.rows(_HEADS, {"slugs": list(set(slugs))})
        heads = {row.slug: DebateHead.of(row) for row in rows}
        return [heads.get(slug) for slug in slugs]


async def see_debate(request: Request, actor: Actor, slug: str) -> DebateHead:
    """The debate at this address, for a page that only reads."""
    heads: DebateHeads = request.app.state.debate_heads
    debate = await heads.find(slug)
    if debate is None or not can_see_debate(actor, debate):
        raise NotFound("There is no debate at this address.")
    return debate

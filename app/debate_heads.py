"""Which version a debate is at: the one question that every page asks, so it is asked cheaply.

One connection of its own, and one statement for all requests that came while the one before was under way: each gets
an answer that was asked for after it came, so nobody misses their own write.
"""

import asyncio
from dataclasses import dataclass, field

import psycopg
from fastapi import Request

from app.actor import Actor
from app.db import STATEMENT_TIMEOUT
from app.errors import NotFound
from app.models import DebateState
from app.permissions import can_see_debate
from app.targets import DebateHead

_FIND = """
    SELECT id, slug, title, motion, state,
           version + (SELECT count(*) FROM debate_changes WHERE debate_id = debates.id), hides_results
    FROM debates WHERE slug = ANY(%s)
"""
Heads = dict[str, DebateHead]


@dataclass
class _Batch:
    slugs: set[str] = field(default_factory=set)
    heads: "asyncio.Future[Heads]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class DebateHeads:
    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.AsyncConnection | None = None
        self._waiting: _Batch | None = None
        self._worker: asyncio.Task[None] | None = None

    async def find(self, slug: str) -> DebateHead | None:
        if self._waiting is None:
            self._waiting = _Batch()
        batch = self._waiting
        batch.slugs.add(slug)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        heads = await asyncio.shield(batch.heads)
        return heads.get(slug)

    async def close(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
        if self._connection is not None:
            await self._connection.close()

    async def _work(self) -> None:
        try:
            while (batch := self._waiting) is not None:
                self._waiting = None
                await self._answer(batch)
        finally:
            self._worker = None

    async def _answer(self, batch: _Batch) -> None:
        try:
            batch.heads.set_result(await self._load(list(batch.slugs)))
        except psycopg.Error as error:
            batch.heads.set_exception(error)
            batch.heads.exception()  # The requests may have gone away, which is no fault.

    async def _load(self, slugs: list[str]) -> Heads:
        try:
            return await self._ask(slugs)
        except psycopg.OperationalError:  # The server was restarted: once more on a new connection.
            if self._connection is not None:
                await self._connection.close()
            self._connection = None
            return await self._ask(slugs)

    async def _ask(self, slugs: list[str]) -> Heads:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=0, options=f"-c statement_timeout={STATEMENT_TIMEOUT}"
            )
        cursor = await self._connection.execute(_FIND, [slugs])
        rows = await cursor.fetchall()
        return {row[1]: DebateHead(row[0], row[1], row[2], row[3], DebateState(row[4]), row[5], row[6]) for row in rows}


async def see_debate(request: Request, actor: Actor, slug: str) -> DebateHead:
    """The debate at this address, for a page that only reads."""
    heads: DebateHeads = request.app.state.debate_heads
    debate = await heads.find(slug)
    if debate is None or not can_see_debate(actor, debate):
        raise NotFound("There is no debate at this address.")
    return debate

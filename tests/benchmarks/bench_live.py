"""A thousand open streams hear of one reply, against a bare ASGI program that sends the same words to as many."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import make_engine
from tests.benchmarks.bench_worker import _megabytes
from tests.benchmarks.load import HOST, serving
from tests.factories import make_argument, make_debate
from tests.notifications.people import make_first_argument

STREAMS = 1_000
AT_ONCE = 50  # Connections that are opened side by side.
ROUNDS = 5
REPLY = """
    WITH reply AS (
        INSERT INTO arguments (debate_id, parent_id, root_id, depth, relation, origin, claim, grounds_markdown,
                               grounds_html)
        SELECT debate_id, id, id, 1, 'rebut', 'person', 'A reply.', '', '' FROM arguments WHERE id = %(id)s
    ), counted AS (
        UPDATE arguments SET rebut_count = rebut_count + 1 WHERE id = %(id)s RETURNING debate_id
    )
    INSERT INTO debate_changes (debate_id) SELECT debate_id FROM counted
"""


class Crowd:
    """Open streams, and when each of them heard last."""

    def __init__(self, port: int, path: str) -> None:
        self._port, self._path = port, path
        self._tasks: list[asyncio.Task[None]] = []
        self._heard: list[float] = []
        self._all = asyncio.Event()
        self._begun = asyncio.Semaphore(AT_ONCE)
        self._opened = 0

    async def gather(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()) for _ in range(STREAMS)]
        async with asyncio.timeout(60):
            while self._opened < STREAMS:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def times(self, say: Callable[[], Awaitable[None]]) -> list[float]:
        """Milliseconds from the beginning of the act until each stream heard of it."""
        self._heard, self._all = [], asyncio.Event()
        begun = time.perf_counter()
        await say()
        await asyncio.wait_for(self._all.wait(), 30)
        return [1000 * (at - begun) for at in self._heard]

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        async with self._begun:
            reader, writer = await asyncio.open_connection(HOST, self._port)
            writer.write(f"GET {self._path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n\r\n".encode())
            assert b" 200 " in await reader.readline()
            await reader.readuntil(b"\r\n\r\n")
            await reader.readuntil(b"\n\n")
        self._opened += 1
        try:
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    self._hear()
        finally:
            writer.close()

    def _hear(self) -> None:
        self._heard.append(time.perf_counter())
        if len(self._heard) == STREAMS:
            self._all.set()


@pytest.fixture(scope="module")
def argument_id(bench_url: str) -> int:
    async def make() -> int:
        engine = make_engine(bench_url, 1)
        async with AsyncSession(engine, expire_on_commit=False) as db:
            debate = await make_debate(db, "live")
            argument = await make_first_argument(db, debate, None)
            await make_argument(db, debate, None, parent=argument)
            await db.commit()
            id_ = argument.id
        await engine.dispose()
        return id_

    return asyncio.run(make())


def test_a_thousand_open_streams_hear_of_a_reply(bench_url: str, argument_id: int, tmp_path: Path) -> None:
    listening = {"REJOINDER_DATABASE_URL": bench_url}
    with (
        serving("tests.benchmarks.limits:create_product", listening) as (port, pid),
        serving("tests.benchmarks.broadcast:create", {}) as (bare, bare_pid),
        psycopg.connect(bench_url.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        asyncio.run(_measure(port, pid, bare, bare_pid, connection, argument_id))


async def _measure(
    port: int, pid: int, bare: int, bare_pid: int, connection: psycopg.Connection, argument_id: int
) -> None:
    alone = _megabytes(pid)
    sessions = _sessions(connection)
    version = connection.execute(
        "SELECT version + (SELECT count(*) FROM debate_changes WHERE debate_id = debates.id) "
        "FROM debates WHERE slug = 'live'"
    ).fetchone()
    assert version
    ours = Crowd(port, f"/debates/live/arguments/{argument_id}/live?version={version[0]}")
    limit = Crowd(bare, "/stream")
    await ours.gather()
    await limit.gather()
    held, opened = _megabytes(pid), _sessions(connection) - sessions
    words = json.dumps({"total": 2, "texts": {"support": "0", "rebut": "2", "undercut": "0", "agree": "0"}})

    async def reply() -> None:
        await asyncio.to_thread(connection.execute, REPLY, {"id": argument_id})

    async def say() -> None:
        reader, writer = await asyncio.open_connection(HOST, bare)
        writer.write(f"POST /say HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {len(words)}\r\n\r\n{words}".encode())
        await reader.readline()
        writer.close()

    mine, bares = [], []
    for _ in range(ROUNDS):
        mine += await ours.times(reply)
        bares += await limit.times(say)
        await asyncio.sleep(0.5)
    print(
        f"\n{STREAMS} streams, a reply until they heard: ours {_spread(mine)} | bare broadcast {_spread(bares)}"
        f"\nmemory {held} MB, {held - alone} MB more than without streams, so"
        f" {1000 * (held - alone) / STREAMS:.0f} kB each; bare {_megabytes(bare_pid)} MB"
        f" | connections to the database: {opened} more"
    )
    await ours.leave()
    await limit.leave()


def _spread(times: list[float]) -> str:
    cuts = quantiles(times, n=20)
    return f"p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms, last {max(times):.0f} ms"


def _sessions(connection: psycopg.Connection) -> int:
    counted = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").fetchone()
    assert counted
    return int(counted[0])

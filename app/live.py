"""What changes while somebody looks: one connection per process listens, and any number of streams hear of it.

A change of a debate is announced by the database with its commit. What the open pages of that debate show is then
loaded once for each page, not for each reader, and handed to all who look at it. Each reader keeps the newest state
alone: who reads slowly gets the last one, and nothing piles up.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import suppress
from random import randint
from typing import NamedTuple

import psycopg
import structlog

LOG = structlog.get_logger("app.live")
CHANNEL = "debate_changes"
TEMPO = 0.25  # Seconds between two looks at what changed: a burst of votes is one movement for the eye.
HEARTBEAT = 25  # Seconds: proxies close what is silent for a minute or half of that.
LISTEN_AGAIN = 2  # Seconds after the connection was lost.
RETRY = (2_000, 8_000)  # Milliseconds until a browser comes back: a thousand should not all come at once.
MOST_READERS = 5_000  # In one process; each costs a socket and some 20 kB.


class State(NamedTuple):
    """What a page shows of its debate at a version."""

    version: int
    text: str  # Of one line.

    @property
    def message(self) -> bytes:
        return f"id: {self.version}\ndata: {self.text}\n\n".encode()


Load = Callable[[], Awaitable[State | None]]  # Nothing where there is nothing to watch any more.


class TooManyReaders(Exception):
    """This process has as many streams as it can keep."""


class Reader:
    """One open stream. It holds at most one message: the newest."""

    def __init__(self) -> None:
        self._message: bytes | None = None
        self._is_over = False
        self._woken = asyncio.Event()

    def offer(self, message: bytes) -> None:
        self._message = message
        self._woken.set()

    def end(self) -> None:
        self._is_over = True
        self._woken.set()

    async def take(self) -> bytes | None:
        """The newest message, a sign of life where there is none for a while, or nothing at the end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), HEARTBEAT)
        message, self._message = self._message, None
        self._woken.clear()
        return None if self._is_over else message or b":\n\n"


class Topic:
    """A page that somebody looks at."""

    def __init__(self, debate_id: int, load: Load) -> None:
        self.debate_id, self.load = debate_id, load
        self.readers: set[Reader] = set()
        self.state: State | None = None
        self.told: str | None = None  # What its readers heard last.
        self.is_fresh = False  # Whether nothing was announced since it was loaded.
        self.is_stale = False  # Whether its readers are still to hear of something that was announced.
        self._loading = asyncio.Lock()

    async def now(self) -> State | None:
        """Loaded once for all who ask."""
        async with self._loading:
            if not self.is_fresh:
                self.is_fresh = True  # What is announced from here on makes it stale again.
                try:
                    self.state = await self.load()
                except BaseException:
                    self.is_fresh = False
                    raise
            return self.state


class Live:
    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._topics: dict[Hashable, Topic] = {}
        self._changed = asyncio.Event()
        self._listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = False

    @property
    def reader_count(self) -> int:
        return sum(len(topic.readers) for topic in self._topics.values())

    async def follow(self, key: Hashable, debate_id: int, load: Load, seen: int | None) -> AsyncIterator[bytes]:
        """The pieces of a stream, from the state that is newer than the `seen` version on."""
        if self.reader_count >= MOST_READERS:
            raise TooManyReaders
        self._begin()
        return self._pieces(key, Topic(debate_id, load), seen)

    async def _pieces(self, key: Hashable, new: Topic, seen: int | None) -> AsyncIterator[bytes]:
        topic, reader = self._topics.setdefault(key, new), Reader()
        topic.readers.add(reader)
        try:
            yield f"retry: {randint(*RETRY)}\n\n".encode()  # noqa: S311  (which one it is matters to nobody)
            await self._listening.wait()  # Before that, a change could pass unheard.
            state = None if self._is_over else await topic.now()
            if state is None:
                return
            topic.told = topic.told or state.text
            if state.version != seen:
                yield state.message
            while (message := await reader.take()) is not None:
                yield message
        finally:
            topic.readers.discard(reader)
            if not topic.readers:
                self._topics.pop(key, None)

    def end(self) -> None:
        """End all streams now: a server that stops waits for open answers."""
        self._is_over = True
        self._listening.set()
        for topic in self._topics.values():
            for reader in topic.readers:
                reader.end()

    async def close(self) -> None:
        self.end()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _begin(self) -> None:
        """The first reader opens the connection; where nobody looks, none is open."""
        if not self._tasks and not self._is_over:
            self._tasks = [asyncio.create_task(self._keep_listening()), asyncio.create_task(self._keep_telling())]

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                LOG.warning("listening_failed", error=repr(error))
            self._listening.clear()
            await asyncio.sleep(LISTEN_AGAIN)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._note_change(None)  # Of what was announced while nobody listened.
            self._listening.set()
            async for notify in connection.notifies():
                self._note_change(int(notify.payload))

    def _note_change(self, debate_id: int | None) -> None:
        for topic in self._topics.values():
            if debate_id in (None, topic.debate_id):
                topic.is_fresh, topic.is_stale = False, True
                self._changed.set()

    async def _keep_telling(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            for topic in [topic for topic in self._topics.values() if topic.is_stale]:
                try:
                    await self._tell(topic)
                except Exception as error:  # The database is away; whoever watches is told once it is back.
                    LOG.warning("telling_failed", error=repr(error))
                    topic.is_stale = True
                    self._changed.set()
            await asyncio.sleep(TEMPO)

    async def _tell(self, topic: Topic) -> None:
        topic.is_stale = False
        state = await topic.now()
        if state is not None and topic.told in (None, state.text):  # None: whoever begins now has this one.
            return
        topic.told = state and state.text
        for reader in topic.readers:
            if state is None:
                reader.end()
            else:
                reader.offer(state.message)

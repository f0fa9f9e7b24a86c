"""A served application and raw streams from it, for tests of what arrives while they are open."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

SECONDS = 10


@asynccontextmanager
async def served(app: FastAPI, port: int) -> AsyncIterator[uvicorn.Server]:
    """In this loop; the application's own lifespan runs already."""
    config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(SECONDS):
        while not server.started:  # noqa: ASYNC110  (nothing announces it)
            await asyncio.sleep(0.01)
    yield server
    app.state.live.end()
    server.should_exit = True
    await asyncio.wait_for(task, SECONDS)


@asynccontextmanager
async def _open(port: int, path: str, headers: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode())
    try:
        yield reader, writer
    finally:
        writer.close()


class _NoSignals:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def _no_signals() -> Any:
    return _NoSignals()


class Stream:
    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self.head = ""
        self.last_id = ""

    async def begin(self) -> None:
        async with asyncio.timeout(SECONDS):
            self.head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
            await self._line("retry: ")

    async def state(self) -> dict[str, Any]:
        """The next one."""
        async with asyncio.timeout(SECONDS):
            self.last_id = (await self._line("id: ")).removeprefix("id: ")
            words: dict[str, Any] = json.loads((await self._line("data: ")).removeprefix("data: "))
            return words

    async def is_silent(self, seconds: float = 0.7) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._line("data: ")
        except TimeoutError:
            return True
        return False

    async def ends(self) -> None:
        async with asyncio.timeout(SECONDS):
            while await self._reader.read(1_000):
                pass

    async def _line(self, beginning: str) -> str:
        while True:
            line = await self._reader.readline()
            assert line, "The stream has ended."
            if line.decode().startswith(beginning):
                return line.decode().rstrip("\n")


@asynccontextmanager
async def stream(port: int, path: str, **headers: str) -> AsyncIterator[Stream]:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    async with _open(port, path, lines) as (reader, _):
        opened = Stream(reader)
        await opened.begin()
        yield opened

"""What broadcasting to open streams costs at least: a bare ASGI program that hands each what it was told."""

import asyncio
from typing import Any

_QUEUES: set["asyncio.Queue[bytes]"] = set()


def create() -> Any:
    return _app


async def _app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["path"] == "/stream":
        await _stream(receive, send)
    else:
        message = await receive()
        for queue in _QUEUES:
            queue.put_nowait(b"data: " + message["body"] + b"\n\n")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _stream(receive: Any, send: Any) -> None:
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    _QUEUES.add(queue)
    try:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        telling = asyncio.create_task(_tell(queue, send))
        while (await receive())["type"] != "http.disconnect":
            pass
        telling.cancel()
    finally:
        _QUEUES.discard(queue)


async def _tell(queue: "asyncio.Queue[bytes]", send: Any) -> None:
    while True:
        await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})


async def _live(receive: Any, send: Any) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})

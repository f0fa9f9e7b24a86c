"""Take in what a browser sends before the app sees it: within a size, within a time.

The body is read whole, so that a slow sender holds a few kilobytes here and no database connection behind.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.refusals import Answer, TooLarge, TooSlow, plain_page
from app.errors import Refusal

LARGEST_BODY = 1_000_000  # Bytes. The longest essay (about 200 kB) fits, percent-encoded and with its form around it.
SLOWEST_BODY = 30  # Seconds. A weak mobile link sends a megabyte in that time; uvicorn itself would wait for ever.

TOO_LARGE = "One request may carry up to {limit:,} bytes. Please shorten the text or send it in parts."
TOO_SLOW = "What you sent did not arrive in time, so nothing was changed. Please try again on a better connection."
BAD_LENGTH = "The length that was announced for this request is not a number."


class _GivenUp(Exception):
    """The sender went away before the body was complete."""


class BodyLimit:
    """Refuse bodies over `largest` bytes with 413 and those that take over `slowest` seconds with 408."""

    def __init__(
        self, app: ASGIApp, answer: Answer = plain_page, largest: int = LARGEST_BODY, slowest: float = SLOWEST_BODY
    ) -> None:
        self.app = app
        self.answer = answer
        self.largest = largest
        self.slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["type"] == "http" and _has_body(scope):
                receive = _replay(await self._read(scope, receive), receive)
        except _GivenUp:
            return
        except Refusal as refusal:
            await self.answer(refusal, scope, receive, _closing(send))
        else:
            await self.app(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        self._check_announced(Headers(scope=scope).get("content-length", "0"))
        try:
            async with asyncio.timeout(self.slowest):
                return await self._collect(receive)
        except TimeoutError:
            raise TooSlow(TOO_SLOW) from None

    def _check_announced(self, length: str) -> None:
        if not (length.isascii() and length.isdigit()):
            raise Refusal(BAD_LENGTH)
        if len(length) > 20 or int(length) > self.largest:
            raise self._too_large()

    async def _collect(self, receive: Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _GivenUp
            body += message.get("body", b"")
            if len(body) > self.largest:
                raise self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> TooLarge:
        return TooLarge(TOO_LARGE.format(limit=self.largest))


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "content-length" in headers or "transfer-encoding" in headers


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body once, then what the server says next: that the sender is gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _closing(send: Send) -> Send:
    """A `send` that ends the connection, since the rest of the body would be read as the next request's."""

    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"connection", b"close")]
        await send(message)

    return send_and_close

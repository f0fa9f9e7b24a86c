"""One line in the log for each request, and a page for each error that nobody foresaw.

The line names the route's template, not the path: paths hold people's names, queries hold what they looked for.
"""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.metrics import count_request, route_template
from app.edge.refusals import Unexpected, plain_page

LOG = structlog.get_logger()
GIVEN_UP = 499  # What nginx writes when the reader has left before there was an answer.

BROKE = "An error happened that we did not foresee. It is in the log under the number {request_id}."


class AccessLog:
    """Log and count each request once it is over. An error that comes through is logged here and answered with 500."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        watched = _Watched(send)
        try:
            await self._run(scope, receive, watched)
        finally:
            count_request(scope, watched.status, watched.seconds_to_start)
            _write_line(scope, watched)

    async def _run(self, scope: Scope, receive: Receive, watched: "_Watched") -> None:
        try:
            await self.app(scope, receive, watched.send)
        except Exception:
            LOG.exception("request_failed", route=route_template(scope))
            if watched.is_started and not watched.is_complete:
                raise  # The server then cuts the connection, so that nobody takes half a page for a whole one.
            if not watched.is_started:
                refusal = Unexpected(BROKE.format(request_id=scope.get("state", {}).get("request_id", "unknown")))
                await plain_page(refusal, scope, receive, watched.send)


class _Watched:
    """A `send` that notes when the answer began, with which status, and whether it was finished."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._began = time.perf_counter()
        self.status = GIVEN_UP
        self.seconds_to_start = 0.0
        self.is_started = self.is_complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.is_started, self.status, self.seconds_to_start = True, message["status"], self.seconds()
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self.is_complete = True
        await self._send(message)

    def seconds(self) -> float:
        return time.perf_counter() - self._began


def _write_line(scope: Scope, watched: _Watched) -> None:
    LOG.info(
        "request",
        method=scope["method"],
        route=route_template(scope),
        status=watched.status,
        milliseconds=round(watched.seconds() * 1000, 1),
    )

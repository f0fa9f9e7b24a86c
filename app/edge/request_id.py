"""One id for a request, from the proxy's log through ours to the page that a reader may quote it from."""

import re
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from app.edge.proxies import Networks, is_from_proxy

_PLAUSIBLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Take X-Request-ID from trusted proxies, else make one; bind it to the log, echo it, keep it in request.state."""

    def __init__(self, app: ASGIApp, networks: Networks) -> None:
        self.app = app
        self.networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._given(scope) or uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with bound_contextvars(request_id=request_id):
            await self.app(scope, receive, send_with_id)

    def _given(self, scope: Scope) -> str | None:
        given = Headers(scope=scope).get("x-request-id", "")
        return given if is_from_proxy(scope, self.networks) and _PLAUSIBLE.fullmatch(given) else None

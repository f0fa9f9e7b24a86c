"""Refuse writes that another site makes in a reader's name, by the headers that browsers set themselves.

No tokens: every browser in use sends `Sec-Fetch-Site` (over TLS and on loopback) or at least `Origin` with a form
post, and no page can forge either. A page that came by GET must therefore never write.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.refusals import Answer, plain_page
from app.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": 80, "https": 443}

FROM_ELSEWHERE = "This form was sent from another site, so nothing was changed. Open the page here and send it again."
NO_TRACE = (
    "Your browser did not say which page sent this form, so nothing was changed. Open the page and send it again."
)


class CsrfGuard:
    """Pass safe methods and requests from the site's own pages; answer the rest with 403 and the reason."""

    def __init__(self, app: ASGIApp, origins: Iterable[str], answer: Answer = plain_page) -> None:
        self.app = app
        self.origins = frozenset(map(normal_origin, origins))
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_write = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        reason = reason_to_refuse(Headers(scope=scope), self.origins) if is_write else None
        if reason is None:
            await self.app(scope, receive, send)
        else:
            await self.answer(Forbidden(reason), scope, receive, send)


def reason_to_refuse(headers: Headers, origins: frozenset[str]) -> str | None:
    """Why a write with these headers is refused, or None.

    A cookie of any name counts as a session. Without one there is nobody in whose name another site could write,
    and a client that shows a bearer token has chosen to: browsers never add that by themselves.
    """
    has_cookie = "cookie" in headers
    if not has_cookie and headers.get("authorization", "").lower().startswith("bearer "):
        return None
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:  # `same-site` is refused too: a neighbouring subdomain may belong to someone else.
        return None if site in ("same-origin", "none") else FROM_ELSEWHERE
    if origin is not None:
        return None if normal_origin(origin) in origins else FROM_ELSEWHERE
    return NO_TRACE if has_cookie else None


def normal_origin(origin: str) -> str:
    """The form in which browsers send an origin: lower case, without a default port or a path."""
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port
    except ValueError:
        return "null"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    is_default = port is None or port == DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}" if is_default else f"{parts.scheme}://{host}:{port}"

"""Refusals that are spoken before a request reaches its route, and the plain page that carries them."""

from collections.abc import Awaitable, Callable
from html import escape

from starlette.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from app.errors import Refusal

# How a guard answers: the app may give one that renders its own error page.
Answer = Callable[[Refusal, Scope, Receive, Send], Awaitable[None]]

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{reason}</p><p><a href="/">To the front page</a></p></main></body>
</html>
"""


class WrongHost(Refusal):
    status = 421
    title = "This is not the address of the site"


class TooLarge(Refusal):
    status = 413
    title = "That is too much at once"


class TooSlow(Refusal):
    status = 408
    title = "The connection was too slow"


class Unexpected(Refusal):
    status = 500
    title = "Something broke on our side"


async def plain_page(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """A page that needs neither templates nor database, for where the app's own error page cannot be had."""
    page = PAGE.format(title=escape(refusal.title), reason=escape(refusal.reason))
    await HTMLResponse(page, refusal.status, {"Cache-Control": "no-store"})(scope, receive, send)

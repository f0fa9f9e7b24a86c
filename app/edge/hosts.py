"""Answer only under the site's own names, so that no link or cached page can carry a foreign one."""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.refusals import WrongHost, plain_page
from app.errors import Refusal

REASON = (
    "This server answers under other names than the one you asked for. If it is yours, set REJOINDER_ORIGIN to the "
    "address that people use, or add this name to REJOINDER_EXTRA_HOSTS."
)


class HostCheck:
    """Pass requests whose Host header is one of `hosts` (as `name` or `name:port`); 421 for others, 400 without one."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(map(_without_default_port, hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(Headers(scope=scope).getlist("host")) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await plain_page(refusal, scope, receive, send)

    def _refusal(self, named: list[str]) -> Refusal | None:
        if len(named) != 1:
            return Refusal("A request needs exactly one Host header.")
        return None if _without_default_port(named[0]) in self.hosts else WrongHost(REASON)


def _without_default_port(host: str) -> str:
    return host.lower().removesuffix(":80").removesuffix(":443")

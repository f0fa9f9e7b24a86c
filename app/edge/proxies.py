"""Believe what a proxy says about the reader's address, but only proxies that the host has named."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Networks = Sequence[IPv4Network | IPv6Network]


class TrustedProxies:
    """Replace the scope's client and scheme by X-Forwarded-For and -Proto where the peer is a trusted proxy."""

    def __init__(self, app: ASGIApp, networks: Networks) -> None:
        self.app = app
        self.networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and is_from_proxy(scope, self.networks):
            headers = Headers(scope=scope)
            scope["client"] = (_reader(headers, scope["client"][0], self.networks), 0)
            if (scheme := headers.get("x-forwarded-proto", "").strip().lower()) in ("http", "https"):
                scope["scheme"] = scheme
        await self.app(scope, receive, send)


def is_from_proxy(scope: Scope, networks: Networks) -> bool:
    """Whether the peer of this connection is a trusted proxy. Ask before TrustedProxies has replaced the client."""
    client = scope.get("client")
    return client is not None and _is_in(client[0], networks)


def _reader(headers: Headers, peer: str, networks: Networks) -> str:
    """The last address in the chain that is not a proxy of ours: what stands before it, the reader may have made up."""
    chain = [part.strip() for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
    reader = peer
    for address in reversed(chain):
        if _parse(address) is None:
            break
        reader = address
        if not _is_in(address, networks):
            break
    return reader


def _is_in(address: str, networks: Networks) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(1_000)  # The same few proxies and readers come again and again.
def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 readers as ::ffff:192.0.2.1.
    return getattr(parsed, "ipv4_mapped", None) or parsed

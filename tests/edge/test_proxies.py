from ipaddress import ip_network

import pytest

from app.edge.proxies import TrustedProxies

NETWORKS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


async def seen_by_app(peer, headers=(), networks=NETWORKS):
    """Client address and scheme that the app sees."""
    seen = {}

    async def app(scope, receive, send):
        seen.update(scope)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    client = (peer, 1234) if peer else None
    await TrustedProxies(app, networks)(
        {"type": "http", "client": client, "scheme": "http", "headers": raw}, None, None
    )
    return seen["client"] and seen["client"][0], seen["scheme"]


FORWARDED = [("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https")]


async def test_a_trusted_proxy_is_believed():
    assert await seen_by_app("10.1.2.3", FORWARDED) == ("192.0.2.7", "https")
    assert await seen_by_app("fd00::1", FORWARDED) == ("192.0.2.7", "https")
    assert await seen_by_app("::ffff:10.1.2.3", FORWARDED) == ("192.0.2.7", "https")


@pytest.mark.parametrize("peer", ["192.0.2.1", "127.0.0.1", "::1"])
async def test_nobody_else_is_believed_not_even_loopback(peer):
    assert await seen_by_app(peer, FORWARDED) == (peer, "http")


async def test_nobody_is_trusted_by_default():
    assert await seen_by_app("10.1.2.3", FORWARDED, networks=[]) == ("10.1.2.3", "http")


async def test_what_the_reader_wrote_into_the_chain_does_not_count():
    chain = [("X-Forwarded-For", "198.51.100.1, 192.0.2.7, 10.9.9.9")]
    assert (await seen_by_app("10.1.2.3", chain))[0] == "192.0.2.7"


async def test_a_chain_in_two_headers_is_one_chain():
    chain = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "192.0.2.7")]
    assert (await seen_by_app("10.1.2.3", chain))[0] == "192.0.2.7"


@pytest.mark.parametrize("value", ["", "unknown", "192.0.2.7:80", "_hidden", "192.0.2.7 evil"])
async def test_what_is_no_address_leaves_the_proxys(value):
    assert (await seen_by_app("10.1.2.3", [("X-Forwarded-For", value)]))[0] == "10.1.2.3"


async def test_an_invented_scheme_does_not_count():
    assert (await seen_by_app("10.1.2.3", [("X-Forwarded-Proto", "javascript")]))[1] == "http"


async def test_a_socket_without_an_address_passes():
    assert await seen_by_app(None, FORWARDED) == (None, "http")

from ipaddress import ip_network

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse

from app.edge.request_id import RequestId


async def ask(given=None, *, peer="10.0.0.1", app=None):
    guarded = RequestId(app or PlainTextResponse("x"), [ip_network("10.0.0.0/8")])
    transport = httpx.ASGITransport(guarded, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://debate.example") as client:
        return await client.get("/", headers={"X-Request-ID": given} if given else {})


async def test_every_request_gets_an_id_of_its_own():
    first, second = await ask(), await ask()
    assert len(first.headers["X-Request-ID"]) == 32
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


async def test_a_trusted_proxys_id_is_kept():
    assert (await ask("proxy-id.0001")).headers["X-Request-ID"] == "proxy-id.0001"


async def test_a_strangers_id_is_not():
    assert (await ask("proxy-id.0001", peer="192.0.2.1")).headers["X-Request-ID"] != "proxy-id.0001"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with blank 1", 'quote"quote', "<script>alert"])
async def test_an_implausible_id_is_replaced(given):
    assert (await ask(given)).headers["X-Request-ID"] != given


async def test_log_and_page_know_the_id_during_the_request_only():
    async def app(scope, receive, send):
        bound = structlog.contextvars.get_contextvars()["request_id"]
        await PlainTextResponse(f"{bound} {scope['state']['request_id']}")(scope, receive, send)

    response = await ask(app=app)
    assert response.text.split() == [response.headers["X-Request-ID"]] * 2
    assert "request_id" not in structlog.contextvars.get_contextvars()

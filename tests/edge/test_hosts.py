import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.edge.hosts import HostCheck

APP = HostCheck(PlainTextResponse("in"), hosts=["debate.example", "127.0.0.1:8000", "[::1]:8000"])


async def status_for(*hosts):
    """The status for a request with these Host headers."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", host.encode("latin-1")) for host in hosts]
    await APP({"type": "http", "method": "GET", "path": "/", "headers": headers}, None, send)
    return sent[0]["status"]


@pytest.mark.parametrize(
    "host",
    ["debate.example", "DEBATE.example", "debate.example:443", "debate.example:80", "127.0.0.1:8000", "[::1]:8000"],
)
async def test_own_names_are_answered(host):
    assert await status_for(host) == 200


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "debate.example.evil.example", "debate.example:8000", "127.0.0.1", "a debate.example", "\xe9"],
)
async def test_other_names_are_misdirected(host):
    assert await status_for(host) == 421


async def test_none_or_two_names_are_a_bad_request():
    assert await status_for() == 400
    assert await status_for("debate.example", "debate.example") == 400


async def test_the_page_tells_the_host_which_setting_helps_and_repeats_no_foreign_name():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://evil.example") as client:
        response = await client.get("/")
    assert "REJOINDER_EXTRA_HOSTS" in response.text
    assert "evil" not in response.text

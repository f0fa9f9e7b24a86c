import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app.edge.bodies import BodyLimit

LARGEST = 1000


async def count_bytes(scope, receive, send):
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


async def post(content, headers=None):
    transport = httpx.ASGITransport(BodyLimit(count_bytes, largest=LARGEST))
    async with httpx.AsyncClient(transport=transport, base_url="http://debate.example") as client:
        return await client.post("/", content=content, headers=headers)


async def talk(messages, headers, app=count_bytes, slowest=30):
    """What is sent back to a sender of these messages, who then stays silent."""
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0) if waiting else await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await BodyLimit(app, largest=LARGEST, slowest=slowest)(scope, receive, send)
    return sent


def chunk(size, *, more):
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


CHUNKED = [(b"transfer-encoding", b"chunked")]


async def test_a_body_up_to_the_limit_arrives_whole():
    assert (await post(b"x" * LARGEST)).text == str(LARGEST)
    assert (await post(b"")).text == "0"


async def test_a_body_in_pieces_arrives_whole():
    sent = await talk([chunk(400, more=True), chunk(400, more=True), chunk(1, more=False)], CHUNKED)
    assert sent[1]["body"] == b"801"


async def test_a_larger_body_is_refused_by_its_announcement_alone():
    sent = await talk([], [(b"content-length", b"1001")])
    assert sent[0]["status"] == 413
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_a_larger_body_without_announcement_is_refused_as_it_comes():
    sent = await talk([chunk(600, more=True), chunk(600, more=True)], CHUNKED)
    assert sent[0]["status"] == 413


async def test_the_page_says_how_much_is_allowed():
    response = await post(b"x" * 1001)
    assert response.status_code == 413
    assert "1,000 bytes" in response.text


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "", "\u0661"])
async def test_a_length_that_is_no_number_is_a_bad_request(length):
    assert (await talk([], [(b"content-length", length.encode())]))[0]["status"] == 400


async def test_an_absurd_length_is_too_large():
    assert (await talk([], [(b"content-length", b"9" * 5000)]))[0]["status"] == 413


async def test_a_body_that_does_not_come_in_time_is_given_up():
    sent = await talk([chunk(1, more=True)], CHUNKED, slowest=0.01)
    assert sent[0]["status"] == 408


async def test_a_sender_who_leaves_never_reaches_the_app():
    async def app(scope, receive, send):
        raise AssertionError("called")

    assert await talk([chunk(1, more=True), {"type": "http.disconnect"}], CHUNKED, app=app) == []


async def test_after_the_body_the_app_hears_that_the_reader_left():
    heard = []

    async def app(scope, receive, send):
        heard.extend([(await receive())["type"], (await receive())["type"]])

    await talk([chunk(1, more=False), {"type": "http.disconnect"}], CHUNKED, app=app)
    assert heard == ["http.request", "http.disconnect"]


async def test_a_request_without_a_body_is_not_waited_for():
    assert (await talk([], [], app=PlainTextResponse("x")))[0]["status"] == 200

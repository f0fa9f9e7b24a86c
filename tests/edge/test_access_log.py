import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY
from starlette.responses import PlainTextResponse, StreamingResponse
from structlog.testing import capture_logs

from app.edge.access_log import AccessLog

people = APIRouter(prefix="/people")


@people.get("/{name}")
async def show_person(name: str):
    return {}


@people.get("/{name}/broken")
async def break_down(name: str):
    raise RuntimeError("inside")


@people.get("/{name}/stream")
async def break_off(name: str):
    async def pieces():
        yield b"half"
        raise RuntimeError("in the middle")

    return StreamingResponse(pieces())


class Site(FastAPI):
    def build_middleware_stack(self):
        return AccessLog(super().build_middleware_stack())


site = Site()
site.include_router(people, prefix="/v")
site.mount("/static", PlainTextResponse("file"))


async def ask(path, method="GET", app=site):
    """The response and the events that were logged."""
    transport = httpx.ASGITransport(app)
    with capture_logs() as events:
        async with httpx.AsyncClient(transport=transport, base_url="http://debate.example") as client:
            response = await client.request(method, path)
    return response, events


async def test_one_line_names_method_route_status_and_time():
    _, (event,) = await ask("/v/people/zoe?q=secret")
    time = event.pop("milliseconds")
    assert time > 0
    assert event == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/v/people/{name}",
        "status": 200,
    }


@pytest.mark.parametrize(("path", "route"), [("/nowhere/zoe", "none"), ("/static/a/b.css", "/static/…")])
async def test_paths_without_a_route_of_their_own_are_not_spelled_out(path, route):
    _, (event,) = await ask(path)
    assert event["route"] == route


async def broken_app(scope, receive, send):
    raise RuntimeError("inside")


@pytest.mark.parametrize("app", [site, AccessLog(broken_app)])
async def test_an_error_that_nobody_foresaw_is_logged_and_answered(app):
    response, (failure, line) = await ask("/v/people/zoe/broken", app=app)
    assert response.status_code == 500
    assert "inside" not in response.text
    assert failure["event"] == "request_failed"
    assert failure["log_level"] == "error"
    assert line["status"] == 500


async def test_half_an_answer_is_never_ended_as_if_it_were_whole():
    with pytest.raises((RuntimeError, ExceptionGroup)), capture_logs():
        await ask("/v/people/zoe/stream")


def requests_counted(route, method, status):
    return (
        REGISTRY.get_sample_value("rejoinder_requests_total", {"route": route, "method": method, "status": status}) or 0
    )


async def test_requests_are_counted_by_route_method_and_status():
    before = requests_counted("/v/people/{name}", "GET", "200")
    await ask("/v/people/zoe")
    assert requests_counted("/v/people/{name}", "GET", "200") == before + 1


async def test_invented_methods_are_one_series():
    before = requests_counted("none", "other", "404")
    await ask("/nowhere", "INVENTED")
    await ask("/nowhere", "INVENTED2")
    assert requests_counted("none", "other", "404") == before + 2

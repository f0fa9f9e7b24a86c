"""The guards together, around a FastAPI app, as the program builds them."""

import httpx
import pytest
from fastapi import FastAPI

from app.edge.guards import with_guards
from app.edge.security_headers import POLICY
from app.settings import Settings

SETTINGS = Settings(origin="https://debate.example", trusted_proxies=["127.0.0.1/32"], _env_file=None)


class Site(FastAPI):
    def build_middleware_stack(self):
        return with_guards(super().build_middleware_stack(), SETTINGS)


app = Site()


@app.post("/arguments")
async def post_argument():
    return {"posted": True}


@app.get("/broken")
async def break_down():
    raise RuntimeError("inside")


async def ask(method, path, base_url="https://debate.example", **how):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url) as client:
        return await client.request(method, path, **how)


OWN = {"Sec-Fetch-Site": "same-origin", "Cookie": "s=1"}
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Cookie": "s=1"}


async def test_a_form_of_the_site_comes_through():
    assert (await ask("POST", "/arguments", headers=OWN)).json() == {"posted": True}


@pytest.mark.parametrize(
    ("status", "how"),
    [
        (403, {"headers": FOREIGN}),
        (413, {"headers": OWN, "content": b"x" * 1_000_001}),
        (421, {"headers": OWN, "base_url": "https://evil.example"}),
    ],
)
async def test_every_refusal_has_its_status_headers_and_request_id(status, how):
    response = await ask("POST", "/arguments", **how)
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Request-ID"]


async def test_the_page_of_an_error_has_the_headers_too_and_names_the_request():
    response = await ask("GET", "/broken", headers={"X-Request-ID": "from-the-proxy"})
    assert response.status_code == 500
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Request-ID"] == "from-the-proxy"
    assert "inside" not in response.text


async def test_a_refused_form_gets_the_sites_own_page(client):
    response = await client.post("/about", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert "another site" in response.text
    assert "/static/" in response.text


async def test_a_form_refused_beside_the_page_becomes_a_notice_and_leaves_the_form(client):
    response = await client.post("/about", headers={"Sec-Fetch-Site": "cross-site", "HX-Request": "true"})
    assert response.status_code == 403
    assert response.headers["HX-Retarget"] == "#notices"

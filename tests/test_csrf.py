"""A write passes only if the site's own page, or nobody's session, stands behind it."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.csrf import CsrfGuard

HERE = "https://debate.example"
COOKIE = {"Cookie": "__Host-session=x"}

REQUESTS = [
    # method, headers, passes
    ("GET", COOKIE | {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, True),
    ("HEAD", COOKIE, True),
    ("OPTIONS", COOKIE, True),
    ("POST", COOKIE | {"Sec-Fetch-Site": "same-origin"}, True),
    ("POST", COOKIE | {"Sec-Fetch-Site": "none"}, True),
    ("POST", COOKIE | {"Sec-Fetch-Site": "same-site"}, False),
    ("POST", COOKIE | {"Sec-Fetch-Site": "cross-site"}, False),
    ("POST", COOKIE | {"Sec-Fetch-Site": "cross-site", "Origin": HERE}, False),
    ("POST", COOKIE | {"Sec-Fetch-Site": ""}, False),
    ("POST", COOKIE | {"Origin": HERE}, True),
    ("POST", COOKIE | {"Origin": HERE + ":443"}, True),
    ("POST", COOKIE | {"Origin": "http://debate.example"}, False),
    ("POST", COOKIE | {"Origin": HERE + ":8443"}, False),
    ("POST", COOKIE | {"Origin": HERE + ".evil.example"}, False),
    ("POST", COOKIE | {"Origin": "null"}, False),
    ("POST", COOKIE | {"Origin": ""}, False),
    ("POST", COOKIE | {"Origin": "https://["}, False),
    ("POST", COOKIE, False),
    ("PUT", COOKIE, False),
    ("PATCH", COOKIE, False),
    ("DELETE", COOKIE, False),
    ("INVENTED", COOKIE, False),
    ("POST", {}, True),
    ("POST", {"Sec-Fetch-Site": "cross-site"}, False),
    ("POST", {"Origin": "https://evil.example"}, False),
    ("POST", {"Authorization": "Bearer t", "Origin": "https://tool.example"}, True),
    ("POST", {"Authorization": "Basic t", "Origin": "https://tool.example"}, False),
    ("POST", COOKIE | {"Authorization": "Bearer t", "Origin": "https://tool.example"}, False),
    ("POST", COOKIE | {"Authorization": "Bearer t"}, False),
]


@pytest.mark.parametrize(("method", "headers", "passes"), REQUESTS)
async def test_writes_pass_only_from_the_sites_own_pages(method, headers, passes):
    app = CsrfGuard(PlainTextResponse("written"), origins=[HERE + "/"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        response = await client.request(method, "/", headers=headers)
    assert response.status_code == (200 if passes else 403)
    if not passes:
        assert "nothing was changed" in response.text


async def test_the_app_can_give_its_own_page():
    async def own_page(refusal, scope, receive, send):
        await PlainTextResponse(f"ours: {refusal.reason}", refusal.status)(scope, receive, send)

    app = CsrfGuard(PlainTextResponse("written"), origins=[HERE], answer=own_page)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        response = await client.post("/", headers=COOKIE)
    assert response.status_code == 403
    assert response.text.startswith("ours: Your browser did not say")

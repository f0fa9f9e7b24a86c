import httpx
from starlette.responses import PlainTextResponse

from app.edge.security_headers import HEADERS, POLICY, SecurityHeaders


async def headers_of(app, *, is_https=True):
    transport = httpx.ASGITransport(SecurityHeaders(app, is_https=is_https))
    async with httpx.AsyncClient(transport=transport, base_url="https://debate.example") as client:
        return (await client.get("/")).headers


async def test_every_answer_has_every_header():
    headers = await headers_of(PlainTextResponse("x"))
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Strict-Transport-Security"].startswith("max-age=")


async def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    sources = {source for rule in POLICY.split("; ") for source in rule.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}
    assert "img-src 'self' data:;" in POLICY


async def test_without_tls_nothing_is_promised_about_it():
    assert "Strict-Transport-Security" not in await headers_of(PlainTextResponse("x"), is_https=False)


async def test_a_header_of_the_route_stays():
    own = PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"})
    assert (await headers_of(own)).get_list("Referrer-Policy") == ["no-referrer"]

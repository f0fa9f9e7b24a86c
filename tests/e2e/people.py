"""People who send forms without a browser, to arrange what a test wants to look at."""

import re
from typing import Any
from uuid import uuid4

from httpx import AsyncClient

from app.actor import cookie_name
from tests.browsers import FormBrowser
from tests.e2e.site import Site


class Person:
    """Somebody of the cast, signed in."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    async def send(self, path: str, **fields: Any) -> str:
        """Send a form, which must be accepted; the address that it leads to, without its notice."""
        answer = await self.client.post(path, data={"idempotency_key": str(uuid4()), **fields})
        said = re.findall(r'(?:field-error|alert)".*?>(.+?)</', answer.text, re.DOTALL)
        assert answer.status_code == 303, f"{path} gave {answer.status_code}: {said}"
        return re.sub(r"\?done=\w+", "", answer.headers["location"])


async def person(site: Site, name: str) -> Person:
    return Person(browser(site, await site.session_of(name)))


def browser(site: Site, session: str = "") -> AsyncClient:
    """What sends requests like a browser on a page of the site; without a session that of a visitor."""
    cookies = {cookie_name(site.settings.is_https): session} if session else {}
    return FormBrowser(
        base_url=site.origin,
        cookies=cookies,
        headers={"Sec-Fetch-Site": "same-origin", "User-Agent": "e2e"},
        timeout=20,
        verify=False,  # Nothing here is encrypted, and reading the certificates takes as long as a page.
    )

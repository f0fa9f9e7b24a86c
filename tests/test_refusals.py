"""Whoever is refused for a time reads until when, on every way of asking."""

from datetime import UTC, datetime

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.rate_limits import EXPORT_PERSON
from tests.factories import make_user
from tests.moderation.conftest import BrowserOf

EXPORT = "/account/export.json"


async def refuse(db: AsyncSession, browser_of: BrowserOf) -> AsyncClient:
    """Somebody who has reached a limit of pages."""
    user = await make_user(db)
    await db.commit()
    browser = await browser_of(user)
    for _ in range(EXPORT_PERSON.hits):
        assert (await browser.get(EXPORT)).status_code == 200
    return browser


async def test_a_refused_page_says_when_and_leads_to_itself(db: AsyncSession, browser_of: BrowserOf) -> None:
    answer = await (await refuse(db, browser_of)).get(EXPORT)
    seconds = int(answer.headers["retry-after"])
    assert (answer.status_code, seconds > 0) == (429, True)
    assert f'data-try-again="{seconds}"' in answer.text
    again = answer.text.partition('You can try again at <time datetime="')[2].partition('"')[0]
    assert abs((datetime.fromisoformat(again) - datetime.now(UTC)).total_seconds() - seconds) < 30
    assert f'<a class="button" href="{EXPORT}" data-when-over>Try again</a>' in answer.text


async def test_a_refused_form_says_when_but_is_not_sent_by_a_link(client: AsyncClient) -> None:
    for _ in range(11):
        answer = await client.post("/sign-in", data={"name": "nobody", "password": "wrong wrong wrong"})
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    assert "You can try again at <time" in answer.text
    assert "data-when-over" not in answer.text


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "application/json"}])
async def test_scripts_and_programs_are_told_the_seconds(
    db: AsyncSession, browser_of: BrowserOf, headers: dict[str, str]
) -> None:
    answer = await (await refuse(db, browser_of)).get(EXPORT, headers=headers)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)

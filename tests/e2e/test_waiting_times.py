"""Who has to wait sees until when; with script the time runs down, and what had to rest can be pressed again."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from app.arguments.thread_pace import THREAD_PAUSE
from app.rate_limits import EXPORT_PERSON
from tests.e2e.people import person
from tests.e2e.site import YARD, Site
from tests.e2e.visits import Visits

GROUNDS = "It was measured twice, by people who wanted opposite results."


@pytest.fixture
def paced(site: Site) -> Iterator[None]:
    site.settings.pace_threads = True
    yield
    site.settings.pace_threads = False


async def refused(visits: Visits, site: Site, *, javascript: bool) -> Page:
    visits.expect(429)
    member = await person(site, "member")
    for _ in range(EXPORT_PERSON.hits):
        await member.client.get("/account/export.json")
    await member.client.aclose()
    page = await visits.open(user="member", javascript=javascript)
    await page.clock.install()
    await page.goto("/account/export.json")
    return page


async def test_without_script_the_time_stands_there(visits: Visits, site: Site) -> None:
    page = await refused(visits, site, javascript=False)
    await expect(page.get_by_role("timer")).to_contain_text("You can try again at")
    await expect(page.get_by_role("link", name="Try again")).to_be_visible()


async def test_with_script_the_way_opens_when_the_time_is_over(visits: Visits, site: Site) -> None:
    page = await refused(visits, site, javascript=True)
    await expect(page.get_by_role("timer")).to_contain_text("You can try again in")
    await expect(page.get_by_role("link", name="Try again")).to_be_hidden()
    await page.clock.run_for(2 * 3600 * 1000)
    await expect(page.get_by_role("timer")).to_have_text("You can try again now.")
    await expect(page.get_by_role("link", name="Try again")).to_be_visible()


@pytest.mark.usefixtures("paced")
async def test_the_button_of_a_slow_thread_rests_and_comes_back(
    visits: Visits, site: Site, places: dict[str, str]
) -> None:
    member = await person(site, "member")
    said = {
        "relation": "rebut",
        "claim": f"Quiet is {uuid4()} no good {uuid4()}.",
        "grounds": GROUNDS,
        "idempotency_key": str(uuid4()),
    }
    # Refused is as good: somebody has posted there in their name while the debate was arranged.
    await member.client.post(f"{YARD}/arguments/{places['argument']}/replies", data=said)
    await member.client.aclose()
    page = await visits.open(user="member")
    await page.clock.install()
    await page.goto(f"{YARD}/arguments/{places['argument']}/reply")
    button = page.get_by_role("button", name="Post reply")
    await expect(button).to_contain_text("Post reply in")
    await expect(button).to_have_attribute("aria-disabled", "true")
    address = page.url
    await button.press("Enter")
    assert page.url == address
    await page.clock.run_for(THREAD_PAUSE * 1000)
    await expect(button).to_have_text("Post reply")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    await expect(button).to_be_focused()


async def test_a_wait_of_a_day_says_until_when_with_script_as_well(visits: Visits, site: Site) -> None:
    page = await refused(visits, site, javascript=True)
    timer = '<p><span role="timer" data-try-again="86000">You can try again at 18:40:00 UTC on 29 November.</span></p>'
    await page.evaluate("html => { document.querySelector('main').innerHTML = html }", timer)
    await page.evaluate("document.dispatchEvent(new CustomEvent('htmx:after:settle'))")
    await expect(page.get_by_role("timer")).to_contain_text("You can try again at 18:40:00 UTC on 29 November.")
    await page.clock.run_for((86000 - 7000) * 1000)
    await expect(page.get_by_role("timer")).to_contain_text("You can try again in 1:56")

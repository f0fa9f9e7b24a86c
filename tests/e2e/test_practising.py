"""Moderators practise by keyboard alone, and without the script."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.visits import Visits
from tests.e2e.waiting import press_key

PRACTICE = "/moderation/practice"


async def test_two_cases_by_keyboard_alone(visits: Visits) -> None:
    page = await visits.open(user="host")
    await page.goto(PRACTICE)
    for keys in (("d",), ("1",)):
        await press_key(page, "n")
        await page.wait_for_url(re.compile(r"practice/(made-up-)?\d+$"))
        await expect(page.get_by_role("heading", name="What would you decide?")).to_be_visible()
        for key in keys:
            await press_key(page, key)
        await expect(page.get_by_role("button", name="Answer")).to_be_focused()
        await press_key(page, "Enter")
        await expect(page.get_by_role("heading", name="What was settled")).to_be_visible()
    await press_key(page, "q")
    await page.wait_for_url(f"**{PRACTICE}")
    await expect(page.get_by_role("heading", name="Your agreement")).to_be_visible()


async def test_hiding_leads_to_the_rule(visits: Visits) -> None:
    page = await visits.open(user="deputy")
    await page.goto(f"{PRACTICE}/made-up-8")
    await press_key(page, "h")
    await expect(page.get_by_label("House rule", exact=True)).to_be_focused()
    await expect(page.get_by_role("radio", name=re.compile("Hide it"))).to_be_checked()
    await press_key(page, "Escape")
    await press_key(page, "?")
    await expect(page.get_by_text("Hide it by this rule")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
async def test_practice_needs_no_script(visits: Visits, width: int) -> None:
    page = await visits.open(user="deputy", javascript=False, width=width)
    await page.goto(f"{PRACTICE}/made-up-{3 if width == 390 else 5}")
    await page.get_by_role("radio", name=re.compile("Hide it")).check()
    await page.get_by_label("House rule", exact=True).select_option(index=2)
    await page.get_by_role("button", name="Answer").click()
    await expect(page.get_by_role("heading", name="What was settled")).to_be_visible()
    await page.get_by_role("link", name="Next case").first.click()
    await expect(page.get_by_role("heading", name="What would you decide?")).to_be_visible()

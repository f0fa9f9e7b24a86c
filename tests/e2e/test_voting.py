"""Voting on one argument after another: by thumb on a narrow screen, by plain forms, by keys."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.site import DEBATE, YARD
from tests.e2e.visits import Visits
from tests.e2e.waiting import comes_to, press_key

NARROW = 390
THUMB = 44  # CSS pixels: what a thumb hits without looking.


async def answered(page: Page) -> int:
    return int((await page.locator(".ballot-count label").inner_text()).split()[0])


async def test_thumb_votes_skips_and_takes_back(visits: Visits, javascript: bool) -> None:
    page = await visits.open(user="newcomer", javascript=javascript, width=NARROW)
    await page.goto(DEBATE)
    await page.get_by_role("link", name="Vote, one by one").click()
    await page.wait_for_url("**/vote-next")
    before = await answered(page)
    claim = await page.locator("h1").inner_text()
    for name in ("Agree", "Disagree", "Pass"):
        box = await page.get_by_role("button", name=name, exact=True).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= THUMB
        assert 900 - 200 < box["y"] + box["height"] <= 900, "The buttons are where a thumb reaches them."
    await page.get_by_role("button", name="Agree", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text=f"You agreed: {claim}")).to_be_visible()
    await comes_to(lambda: answered(page), before + 1)
    await expect(page.locator("h1")).not_to_have_text(claim)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("h1")).to_have_text(claim)
    await comes_to(lambda: answered(page), before)
    await page.get_by_role("button", name="Skip").click()
    await expect(page.locator("h1")).not_to_have_text(claim)
    await expect(page.locator(".ballot-count")).to_contain_text("put off")


async def test_keys_vote_and_can_be_switched_off(visits: Visits) -> None:
    page = await visits.open(user="newcomer")
    await page.goto(f"{YARD}/vote-next")
    before = await answered(page)
    for count, (key, said) in enumerate([("a", "You agreed"), ("2", "You disagreed"), ("P", "You passed")], start=1):
        await press_key(page, key)
        await expect(page.locator(".ballot-last")).to_contain_text(said)
        await comes_to(lambda: answered(page), before + count)
    await press_key(page, "u")
    await expect(page.locator(".ballot-last")).to_have_count(0)
    await comes_to(lambda: answered(page), before + 2)
    await page.locator("[data-ballot-keys] input").uncheck()
    claim = await page.locator("h1").inner_text()
    await page.locator("h1").click()
    await press_key(page, "a")
    await page.reload()
    await expect(page.locator("h1")).to_have_text(claim)
    await expect(page.locator("[data-ballot-keys] input")).not_to_be_checked()


async def test_keys_say_whether_a_reply_bears_on_its_point(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(user="newcomer")
    await page.goto(f"{YARD}/vote-next?card={places['reply']}")
    for key, name in (("n", "No"), ("y", "Yes"), ("y", "No answer"), ("y", "Yes")):
        await press_key(page, key)
        await expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    await press_key(page, "d")
    await expect(page.get_by_role("status")).to_contain_text("You disagreed and said that it bears on the point")
    await press_key(page, "u")
    await expect(page.get_by_role("radio", name="No answer")).to_be_checked()


@pytest.mark.parametrize("width", [1280, NARROW])
async def test_focus_is_never_under_the_buttons(visits: Visits, width: int) -> None:
    page = await visits.open(user="member", width=width)
    await page.goto(f"{YARD}/vote-next")
    await page.locator("summary").focus()
    covered = await page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + 5, box.top + box.height / 2);
            return !!top.closest(".ballot");
        }"""
    )
    assert not covered

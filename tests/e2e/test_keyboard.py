"""Without a mouse: everything that the core of a debate needs is reached by Tab, in sight, and done by Enter."""

from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits
from tests.e2e.waiting import press_key

MOST_STEPS = 80  # From the top of a page to its last control.
# What has the focus: its words, and whether one can see that it has it.
FOCUSED = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused), box = focused.getBoundingClientRect();
    return {
        isNothing: focused === document.body,
        words: (focused.labels?.[0] ?? focused).innerText.trim().replace(/\\s+/g, " "),
        isSeen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


@pytest.mark.parametrize("width", [1280, 390])
async def test_vote_and_reply_by_keyboard(visits: Visits, javascript: bool, width: int) -> None:
    page = await visits.open(user="member", javascript=javascript, width=width)
    await page.goto(DEBATE)
    await tab_to(page, "Skip to content")
    await press_key(page, "Enter")
    others = page.locator(".card:has(form.vote button:enabled)")  # Nobody votes on what is their own.
    await tab_to(page, await others.first.locator(".claim").inner_text())
    await press_key(page, "Enter")
    await expect(page.locator("article.argument h1")).to_be_visible()

    pressed = page.locator("article.argument form.vote [aria-pressed=true]")
    is_pressed = await pressed.count()
    await tab_to(page, "Pass")
    await press_key(page, "Enter")
    await expect(pressed).to_have_count(1 - is_pressed)
    if javascript:  # The focus stays where it was: the next step goes on from there.
        await expect(page.locator("button:focus")).to_contain_text("Pass")

    claim = f"By keyboard alone {uuid4().int % 10**8} people argue."
    await tab_to(page, "Reply")
    await press_key(page, "Enter")
    await expect(page.get_by_role("heading", name="Reply to an argument")).to_be_visible()
    await tab_to(page, "Support it")
    await press_key(page, "Space")
    await tab_to(page, "Your claim")
    await page.keyboard.type(claim)
    await tab_to(page, "Grounds")
    await page.keyboard.type("Their hands do not always obey them, their thoughts do.")
    await tab_to(page, "Post reply")
    await press_key(page, "Enter")
    await expect(page.locator("h1")).to_have_text(claim)


async def tab_to(page: Page, words: str) -> None:
    """Press Tab until something has the focus that begins with these words; each step has to be in sight."""
    for _ in range(MOST_STEPS):
        await press_key(page, "Tab")
        focused = await page.evaluate(FOCUSED)
        if focused["isNothing"]:  # A page that was not drawn yet takes no keys.
            continue
        assert focused["isSeen"], f"Nobody sees the focus on “{focused['words'][:60]}”"
        assert focused["isInView"], f"The focus is out of view on “{focused['words'][:60]}”"
        if focused["words"].removeprefix("✓ ").startswith(words):
            return
    raise AssertionError(f"Tab does not lead to “{words}”")

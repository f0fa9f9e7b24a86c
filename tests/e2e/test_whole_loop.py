"""The whole way of a case without a mouse, with the script and without it: a reader flags, a moderator claims, reads,
decides with a reason, the author reads the statement and appeals, another moderator answers, and the log has it all.

On every page on the way axe finds nothing.
"""

import re

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text

from app.db import transaction
from tests.e2e.site import DEBATE, Site
from tests.e2e.test_accessibility import complaints
from tests.e2e.test_moderating import WHY_NOT, post_reply
from tests.e2e.visits import Visits
from tests.e2e.waiting import press_key

MOST_TABS = 150  # From the top of a page to anything on it.
REASON = "It speaks of a person, or of a group"  # The first ready reason begins so.
APPEAL = "These words are the essay's own, where it quotes its opponents."


class Keyboard:
    """A page that is used by keys alone."""

    def __init__(self, page: Page, *, javascript: bool) -> None:
        self.page, self.javascript = page, javascript

    async def go_to(self, target: Locator) -> None:
        for _ in range(MOST_TABS):
            await press_key(self.page, "Tab")
            if await target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"{target} cannot be reached by {MOST_TABS} tabs.")

    async def press(self, role: str, name: str, *, exact: bool = True) -> None:
        target = self.page.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]
        await self.go_to(target)
        await press_key(self.page, "Enter")

    async def choose(self, name: str) -> None:
        """One of several: the one that Tab reaches, then on by the arrow."""
        wanted = self.page.get_by_role("radio", name=re.compile(f"^{name}"))
        group = self.page.locator(f"input[type=radio][name={await wanted.get_attribute('name')}]")
        chosen = group.and_(self.page.locator(":checked"))
        await self.go_to(chosen if await chosen.count() else group.first)
        await press_key(self.page, "Space")
        for _ in range(await group.count()):
            if await wanted.is_checked():
                return
            await press_key(self.page, "ArrowDown")
        pytest.fail(f"{name} cannot be chosen.")

    async def write(self, label: str, words: str) -> None:
        await self.go_to(self.page.get_by_label(label))
        await self.page.keyboard.type(words)

    async def check(self, words: str) -> None:
        """The page says so, and axe complains of nothing."""
        await expect(self.page.get_by_text(words).first).to_be_visible()
        if self.javascript:
            assert [complaint async for complaint in complaints(self.page)] == []
            await self.page.set_viewport_size({"width": 1280, "height": 900})
            await self.page.emulate_media(color_scheme="light")


async def test_from_flag_to_log_without_a_mouse(visits: Visits, site: Site, javascript: bool) -> None:
    claim, url = await post_reply(site)
    async with transaction(site.engine) as db:
        await db.execute(text("DELETE FROM rate_limit_hits"))  # Others have flagged here before, in the same name.

    async def sit_down(user: str, path: str) -> Keyboard:
        page = await visits.open(user=user, javascript=javascript)
        await page.goto(path)
        return Keyboard(page, javascript=javascript)

    reader = await sit_down("member", url)
    await reader.press("link", "Flag")
    await reader.check(claim)
    await reader.choose("Abuse or harassment")
    await reader.press("button", "Send the flag")
    await reader.check("moderators will look at it")

    moderator = await sit_down("keeper", "/moderation?order=newest")
    await moderator.check(claim)
    await _decide(moderator, claim)
    await moderator.check("The decision stands")

    author = await sit_down("author", "/notifications")
    await author.press("button", "Read the reason", exact=False)
    await author.check("This is about you.")
    await expect(author.page.get_by_text(REASON).first).to_be_visible()
    await author.press("link", "Appeal against it", exact=False)
    await author.check("Why it is wrong")
    await author.write("Why it is wrong", APPEAL)
    await author.press("button", "Send the appeal")
    await author.check("Your appeal waits for a moderator who did not make")

    deputy = await sit_down("deputy", "/moderation")
    await deputy.press("link", "Appeals", exact=False)
    await deputy.check(APPEAL)
    await deputy.press("link", APPEAL, exact=False)
    await deputy.check(claim)
    await deputy.choose("Undo the decision")
    await deputy.write("Explanation, in your own words", WHY_NOT)
    await deputy.press("button", "Answer the appeal")
    await deputy.check("The appeal is answered")

    visitor = await sit_down("", f"{DEBATE}/log")
    await visitor.check(REASON)
    await visitor.check(WHY_NOT)
    await visitor.page.goto(url)
    await expect(visitor.page.locator("h1")).to_have_text(claim)


async def _decide(moderator: Keyboard, claim: str) -> None:
    """Claim the newest case, read it in its place, and hide it for the first ready reason."""
    page = moderator.page
    if moderator.javascript:
        await press_key(page, "n")
    else:
        await moderator.press("button", "Open the next case")
    await moderator.check("You work on this case until")
    await expect(page.locator("article.argument")).to_contain_text(claim)
    await expect(page.get_by_role("navigation", name="Path to this argument")).to_be_visible()
    await expect(page.get_by_text("As abuse or harassment")).to_be_visible()
    if moderator.javascript:
        await press_key(page, "1")
        await expect(page.get_by_label("Explanation, in your own words")).to_have_value(re.compile(REASON))
    else:
        await moderator.choose("Hide it")
        await moderator.choose("Attacks a person")
    await moderator.press("button", "Decide")

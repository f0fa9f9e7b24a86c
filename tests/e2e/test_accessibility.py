"""axe-core finds nothing on any type of page: WCAG 2.2 AA and good practice, light and dark, wide and narrow."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.pages import PAGES, PageType
from tests.e2e.site import ROOT, YARD
from tests.e2e.visits import Visits

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERYTHING = {"runOnly": TAGS}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}  # All that light or dark makes a difference to.
LOOKS = [(1280, "light", EVERYTHING), (1280, "dark", COLOURS), (390, "dark", COLOURS), (390, "light", EVERYTHING)]
NARROWEST = 320  # WCAG 1.4.10: at this width nothing may need scrolling sideways.
RUN = """async options => {
    const found = await axe.run({ ...options, resultTypes: ["violations"] });
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html} ${node.failureSummary}`));
}"""


@pytest.mark.parametrize("page_type", PAGES, ids=lambda page: f"{page.path}-{page.user or 'visitor'}-{page.status}")
async def test_page_is_accessible(page_type: PageType, visits: Visits, places: dict[str, str]) -> None:
    visits.expect(page_type.status)
    page = await visits.open(user=page_type.user)
    await page.goto(page_type.path.format(**places))
    if page_type.submits:
        await page.get_by_role("button", name=page_type.submits).first.click()
        await page.locator("[aria-invalid=true], [role=alert]").first.wait_for()
    assert [complaint async for complaint in complaints(page)] == []


async def test_preview_is_accessible(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{YARD}/arguments/{places['argument']}/reply?relation=rebut&passage={places['passage']}")
    await page.get_by_label("Your claim, in one sentence").fill("A preview shows what will stand.")
    await page.get_by_label("Grounds", exact=True).fill("- of **bold**\n- and [linked](https://example.org) words")
    await page.get_by_role("button", name="Preview").click()
    await page.locator("#preview article").wait_for()
    assert [complaint async for complaint in complaints(page)] == []


async def complaints(page: Page) -> AsyncIterator[str]:
    await page.wait_for_load_state()  # Before its stylesheets are there everything is too small.
    await page.evaluate(AXE)
    for width, scheme, rules in LOOKS:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)
        found: list[Any] = await page.evaluate(RUN, rules)
        for complaint in found:
            yield f"{width} px, {scheme}: {complaint}"
    await page.set_viewport_size({"width": NARROWEST, "height": 900})
    if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield f"{NARROWEST} px: the page has to be scrolled sideways"

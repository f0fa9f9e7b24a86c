"""What a first visit costs a reader's connection, and whether the page holds still while it arrives."""

import asyncio
from collections import defaultdict
from typing import Any

import pytest
from playwright.async_api import Route

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits

# A reader on a slow phone connection (50 kB/s) has the page with its fonts within two seconds.
MOST_REQUESTS = 12
MOST_BYTES = 100_000
MOST_SCRIPT_BYTES = 40_000
# A fifth of what the web vitals call good: reading must not lose its line.
MOST_SHIFT = 0.02

WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("path", ["/", DEBATE])
async def test_first_visit_is_light(visits: Visits, path: str) -> None:
    page = await visits.open()
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = defaultdict(float)

    def note(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", note)
    await page.goto(path, wait_until="networkidle")
    script = sum(size for request, size in sizes.items() if kinds[request] == "Script")
    assert 0 < len(sizes) <= MOST_REQUESTS
    assert 0 < sum(sizes.values()) <= MOST_BYTES
    assert 0 < script <= MOST_SCRIPT_BYTES
    assert "Font" in kinds.values()


@pytest.mark.parametrize("path", [DEBATE, f"{DEBATE}/arguments/1", f"{DEBATE}/essay"])
@pytest.mark.parametrize(("width", "are_fonts_late"), [(390, False), (1280, False), (820, True)])
async def test_page_holds_still_while_it_arrives(visits: Visits, path: str, width: int, are_fonts_late: bool) -> None:
    page = await visits.open(width=width)
    await page.add_init_script(WATCH_SHIFTS)
    if are_fonts_late:
        await page.route("**/*.woff2", let_pass_late)
    await page.goto(path, wait_until="networkidle")
    await page.evaluate("document.fonts.ready")
    assert await page.evaluate("window.shift") < MOST_SHIFT


async def let_pass_late(route: Route) -> None:
    """After the text has been drawn in the fallback."""
    await asyncio.sleep(0.3)
    await route.continue_()

"""A reader without an account finds the way through a debate."""

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits


async def test_reader_goes_from_the_debates_to_an_argument_and_its_passage(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto("/")
    await page.locator("main a[href='" + DEBATE + "']").first.click()
    assert await page.locator(".position").count() == 2
    await page.locator(".card .claim a").first.click()
    assert await page.locator("article.argument h1").count() == 1
    assert await page.locator("mark.passage").first.is_visible()

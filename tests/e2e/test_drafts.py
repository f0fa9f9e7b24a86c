"""What was typed and not sent is there again after a reload or the end of a session, and gone once it is sent."""

from uuid import uuid4

from playwright.async_api import Page, expect

from tests.e2e.site import YARD
from tests.e2e.visits import Visits
from tests.e2e.waiting import comes_to

GROUNDS = "It was measured twice, by people who wanted opposite results."


def _claim() -> str:
    return f"{uuid4()} speaks against {uuid4()}."


async def _type(page: Page, url: str, claim: str) -> None:
    await page.goto(url)
    await page.get_by_role("radio", name="Undercut it").check()
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)


async def _typed(page: Page) -> tuple[str, str]:
    claim, grounds = page.get_by_label("Your claim, in one sentence"), page.get_by_label("Grounds", exact=True)
    return await claim.input_value(), await grounds.input_value()


async def test_draft_survives_reload_and_sign_in_and_is_gone_once_posted(
    visits: Visits, places: dict[str, str]
) -> None:
    visits.expect(401)
    url, claim = f"{YARD}/arguments/{places['argument']}/reply", _claim()
    page = await visits.open(user="member")
    await _type(page, url, claim)
    await page.goto("/about")
    await page.goto(url)
    await comes_to(lambda: _typed(page), (claim, GROUNDS))
    await expect(page.get_by_role("radio", name="Undercut it")).to_be_checked()

    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Post reply").click()
    await page.locator("#notices", has_text="Your text stays here").wait_for()
    await page.context.add_cookies(cookies)  # type: ignore[arg-type]
    await page.goto(url)
    await comes_to(lambda: _typed(page), (claim, GROUNDS))

    await page.get_by_role("button", name="Post reply").click()
    await page.wait_for_url("**?done=posted")
    await page.goto(url)
    await comes_to(lambda: _typed(page), ("", ""))


async def test_draft_can_be_discarded_and_is_nobody_elses(visits: Visits, places: dict[str, str]) -> None:
    url = f"{YARD}/arguments/{places['argument']}/reply"
    page = await visits.open(user="member")
    await _type(page, url, _claim())
    await page.reload()
    await page.get_by_role("button", name="Discard it").click()
    await comes_to(lambda: _typed(page), ("", ""))
    await page.reload()
    await comes_to(lambda: _typed(page), ("", ""))

    await _type(page, url, _claim())
    session = await visits.site.session_of("keeper")
    await page.context.add_cookies([{"name": "session", "value": session, "url": visits.site.origin}])
    await page.goto(url)
    await comes_to(lambda: _typed(page), ("", ""))


async def test_an_edit_that_was_not_saved_is_back_and_can_be_discarded(visits: Visits, places: dict[str, str]) -> None:
    url = f"{YARD}/arguments/{places['argument']}/edit"
    page = await visits.open(user="author")
    await page.goto(url)
    claim, before = _claim(), await _typed(page)
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.goto("/about")
    await page.goto(url)
    await comes_to(lambda: _typed(page), (claim, before[1]))
    await page.get_by_role("button", name="Discard it").click()
    await comes_to(lambda: _typed(page), before)
    await page.goto(url)
    await comes_to(lambda: _typed(page), before)
    await expect(page.locator(".draft-notice")).to_have_count(0)

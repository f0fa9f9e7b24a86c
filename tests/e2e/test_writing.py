"""A debater answers an argument, mends the form, looks at the preview, posts, edits and withdraws."""

from uuid import uuid4

from playwright.async_api import Page, expect

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits

GROUNDS = "The essay **names** no case in which this was tried and failed."


def new_claim() -> str:
    """Tests share the site, and the same claim by the same person is the same argument."""
    return f"Nobody has tried this in case {uuid4().hex[:8]}."


async def open_reply_form(page: Page) -> str:
    """From the debate's front page to the form under its first argument; gives that argument's claim."""
    await page.goto(DEBATE)
    claim = page.locator("article.card .claim a").first
    words = await claim.inner_text()
    await claim.click()
    await page.get_by_role("link", name="Reply", exact=True).click()
    return words


async def test_reply_is_mended_previewed_posted_edited_and_withdrawn(visits: Visits, javascript: bool) -> None:
    visits.expect(422)
    page = await visits.open(user="member", javascript=javascript)
    target, claim = await open_reply_form(page), new_claim()
    await expect(page.locator(".target .claim")).to_have_text(target)
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)
    await page.get_by_label("A passage of the essay").fill("the Kremlin")
    await page.get_by_role("button", name="Post reply").click()
    await expect(page.locator(".notice-alarm")).to_be_focused()
    await expect(page.get_by_label("Grounds", exact=True)).to_have_value(GROUNDS)

    await page.get_by_role("radio", name="Rebut it").check()
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.get_by_role("button", name="Post reply").click()
    await page.locator("[name=place]").last.check()
    await page.get_by_role("button", name="Preview").click()
    await page.locator("#preview .prose strong", has_text="names").wait_for()
    preview = await page.locator("#preview .prose").inner_html()
    await expect(page.locator("#problems .notice")).to_have_count(0)

    await page.get_by_role("button", name="Post reply").click()
    await page.wait_for_url("**?done=posted")
    await expect(page.locator("h1")).to_have_text(claim)
    assert await page.locator(".argument-body .prose").inner_html() == preview
    await expect(page.locator("nav.path")).to_contain_text(target)

    await page.get_by_role("link", name="Edit", exact=True).click()
    await page.get_by_label("Grounds", exact=True).fill(f"{GROUNDS} It names two leaders.")
    await page.get_by_role("button", name="Save").click()
    await page.wait_for_url("**?done=edited_freely")  # Nobody has voted on it or answered it yet.
    await expect(page.locator(".argument-body .prose")).to_contain_text("It names two leaders.")

    await page.get_by_role("link", name="Withdraw").click()
    await page.get_by_role("button", name="Withdraw it").click()
    await page.wait_for_url("**?done=withdrawn")
    await expect(page.locator(".standing", has_text="Withdrawn")).to_be_visible()


async def test_reply_cites_picked_sentences(visits: Visits, javascript: bool) -> None:
    page = await visits.open(user="author", javascript=javascript)
    await open_reply_form(page)
    await page.get_by_role("link", name="pick sentences").click()
    await page.locator("[name=first][value='1']").check()
    await page.get_by_role("button", name="Go on with your reply").click()
    await page.wait_for_url("**/reply?passage=*")
    await expect(page.locator("[name=passage]")).to_be_checked()


async def test_back_and_again_leads_to_the_same_argument(visits: Visits) -> None:
    page = await visits.open(user="author")
    await open_reply_form(page)
    await page.get_by_role("radio", name="Support it").check()
    await page.get_by_label("Your claim, in one sentence").fill(new_claim())
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)
    await page.get_by_role("button", name="Post reply").click()
    await page.wait_for_url("**?done=posted")
    posted = page.url
    await page.go_back()
    if await page.get_by_label("Grounds", exact=True).input_value():  # Not every browser keeps what was typed.
        await page.get_by_role("button", name="Post reply").click()
        await page.wait_for_url("**?done=posted")
        assert page.url == posted

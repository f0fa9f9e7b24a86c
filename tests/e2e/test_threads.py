"""The whole way of a note, answered, edited, moved, resolved, withdrawn: by mouse, touch, keys, and without script."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.site import DEBATE
from tests.e2e.test_selecting import MENU, marked, select, text_of
from tests.e2e.visits import Visits
from tests.e2e.waiting import press_key

PHONE = {"width": 390, "has_touch": True, "is_mobile": True}
NAME = """() => {
    const element = document.activeElement;
    if (!element.matches("a, button, summary, input, textarea, select")) return "";
    return (element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent).trim();
}"""
STILL = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 400))))"
Press = Callable[[Locator], Awaitable[None]]


async def ask(page: Page, paragraph: int, body: str, press: Press) -> str:
    """A question on the first sentence, found in its place; the address of its own page."""
    await page.goto(f"{DEBATE}/paragraphs/{paragraph}/annotate")
    await press(page.locator("[name=first][value='1']"))
    await press(page.locator("[name=kind][value='question']"))
    await page.locator("[name=body]").fill(body)
    await press(page.get_by_role("button", name="Save", exact=True))
    await page.wait_for_url("**/essay?done=annotated#passage-*")
    await page.goto(f"{DEBATE}/paragraphs/{paragraph}")
    await press(page.locator(".note-entry", has_text=body).get_by_role("link", name="Question", exact=True))
    await page.wait_for_url("**/annotations/*")
    return page.url


async def reply(page: Page, url: str, body: str, press: Press) -> None:
    await page.goto(url)
    await page.get_by_label("Your reply").fill(body)
    await press(page.get_by_role("button", name="Reply", exact=True))
    await page.wait_for_url("**?done=replied#annotation-*")
    id = page.url.rpartition("#")[2]
    await expect(page.locator(f"#{id}")).to_contain_text(body)


async def edit(page: Page, body: str, press: Press) -> None:
    await press(page.get_by_role("link", name="Edit", exact=True).first)
    await page.get_by_label("Your words").fill(body)
    await press(page.get_by_role("button", name="Save", exact=True))
    await page.wait_for_url("**?done=edited")
    await press(page.get_by_role("link", name="history").first)
    await page.wait_for_url("**/history")
    await expect(page.locator(".versions ins").first).to_be_visible()
    await press(page.get_by_role("link", name="Back to the question"))


async def move(page: Page, paragraph: int, press: Press) -> None:
    await press(page.get_by_role("link", name="Change its words"))
    await press(page.locator("details.outcome > summary"))
    await press(page.locator(f"a[href$='/move?paragraph={paragraph}#words']"))
    await page.wait_for_url(f"**/move?paragraph={paragraph}#words")
    await press(page.locator("[name=first][value='1']"))
    sentence = await page.locator(".sentences p").first.inner_text()
    await press(page.get_by_role("button", name="Move it to these words"))
    await page.wait_for_url("**/essay?done=moved#passage-*")
    assert await marked(page) == sentence


async def click(target: Locator) -> None:
    await target.click()


async def tap(target: Locator) -> None:
    """A finger waits until the page stands still: a tap on one that scrolls stops it, and does nothing else."""
    await target.scroll_into_view_if_needed()
    await target.evaluate(STILL)
    await target.tap()


@pytest.mark.parametrize("way", ["by mouse", "without script", "by touch"])
async def test_the_whole_way_of_a_question(visits: Visits, way: str) -> None:
    press = tap if way == "by touch" else click
    options = {"javascript": way != "without script", **(PHONE if way == "by touch" else {})}
    author, member = [await visits.open(user=user, **options) for user in ("author", "member")]
    url = await ask(author, 5, f"Who says so, {way}?", press)
    await reply(member, url, f"The essay does, {way}.", press)
    await author.goto(url)
    await expect(author.get_by_role("heading", name="1 reply")).to_be_visible()
    await edit(author, f"Who says so, and when, {way}?", press)
    await move(author, 4, press)
    await author.goto(f"{DEBATE}/paragraphs/4")
    moved = author.locator(".note-entry", has_text=f"and when, {way}?")
    await press(moved.get_by_role("link", name="1 reply"))
    await author.wait_for_url("**#replies")
    await expect(author.locator("#replies")).to_contain_text(f"The essay does, {way}.")
    await press(author.get_by_role("button", name="Mark as resolved"))
    await author.wait_for_url("**?done=resolved")
    await expect(author.locator(".standing", has_text="Resolved")).to_be_visible()
    await press(author.locator("summary", has_text="Withdraw").first)
    await press(author.get_by_role("button", name="Withdraw it"))
    await author.wait_for_url("**?done=withdrawn")
    await expect(author.locator(".standing", has_text="Withdrawn")).to_be_visible()
    await expect(author.locator("#replies")).to_contain_text(f"The essay does, {way}.")


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(400):
        await press_key(page, "Tab")
        if (await page.evaluate(NAME)).startswith(name):
            return
    raise AssertionError(f"The Tab key leads to nothing called “{name}”.")


async def go(page: Page, name: str) -> None:
    """By the link or button of this name to another page."""
    await tab_to(page, name)
    async with page.expect_navigation():
        await press_key(page, "Enter")


async def test_the_whole_way_by_keys_alone(visits: Visits) -> None:
    page = await visits.open(user="author")
    await page.goto(f"{DEBATE}/paragraphs/5/annotate")
    await tab_to(page, "Or only these exact words")
    await page.keyboard.type("Beijing and the Global South")
    await tab_to(page, "Your words")
    await page.keyboard.type("Typed with keys.")
    await go(page, "Save")
    await page.wait_for_url("**/essay?done=annotated#passage-*")
    for name in ("Note ", "Note Typed with keys."):  # The reference in the text, and the note's line.
        await tab_to(page, name)
        await press_key(page, "Enter")
    await go(page, "Note")
    await page.wait_for_url("**/annotations/*")
    url = page.url
    await tab_to(page, "Your reply")
    await page.keyboard.type("Answered with keys.")
    await go(page, "Reply")
    await page.wait_for_url("**?done=replied#annotation-*")
    await page.goto(url)
    await go(page, "Edit")
    await tab_to(page, "Your words")
    await page.keyboard.type("And edited. ")
    await go(page, "Save")
    await page.wait_for_url("**?done=edited")
    await go(page, "Change its words")
    await tab_to(page, "from sentence 1")
    await press_key(page, "Space")
    await tab_to(page, "Or only these exact words")
    await press_key(page, "Control+A")
    await press_key(page, "Delete")
    sentence = await page.locator(".sentences p").first.inner_text()
    await go(page, "Move it to these words")
    await page.wait_for_url("**/essay?done=moved#passage-*")
    assert await marked(page) == sentence
    await page.goto(url)
    await go(page, "Mark as resolved")
    await tab_to(page, "Withdraw")
    await press_key(page, "Enter")
    await go(page, "Withdraw it")
    await page.wait_for_url("**?done=withdrawn")
    await expect(page.locator("#replies")).to_contain_text("Answered with keys.")


async def test_a_note_goes_to_words_that_are_selected_in_the_essay(visits: Visits) -> None:
    page = await visits.open(user="author")
    await ask(page, 5, "Where does this belong?", click)
    await page.get_by_role("link", name="Change its words").click()
    await page.get_by_role("link", name="select the new words in the essay").click()
    await page.wait_for_url("**/essay?done=moving&move=*")
    await select(page, 0, 25, paragraph=3)
    await page.locator(MENU).wait_for()
    await expect(page.locator(f"{MENU} a:visible")).to_have_text(["Move it here"])
    words = (await text_of(page, 3))[:25].strip()
    await page.get_by_role("link", name="Move it here").click()
    await page.get_by_role("button", name="Move it to these words").click()
    await page.wait_for_url("**/essay?done=moved#passage-*")
    assert await marked(page) == words


async def test_a_visitor_who_wants_to_reply_signs_in_first(visits: Visits) -> None:
    page = await visits.open(user="author")
    url = await ask(page, 5, "May visitors reply?", click)
    visitor = await visits.open()
    await visitor.goto(url)
    await visitor.get_by_role("link", name="Reply", exact=True).click()
    await visitor.wait_for_url("**/sign-in?next=**/reply")

"""A reader leaves notes on the essay, finds them beside their words, and goes back and forth between the two."""

from playwright.async_api import Page, expect

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits
from tests.e2e.waiting import FOCUSED, gives, press_key


async def annotate(page: Page, paragraph: int, body: str, exact: str = "") -> None:
    await page.goto(f"{DEBATE}/essay")
    await page.locator(f"#p{paragraph} a.annotate").click()
    await page.locator("[name=first][value='1']").check()
    await page.locator("[name=exact]").fill(exact)
    await page.locator("[name=body]").fill(body)
    await page.get_by_role("button", name="Save", exact=True).click()


async def test_note_is_previewed_saved_found_in_its_place_and_taken_back(visits: Visits, javascript: bool) -> None:
    page = await visits.open(user="member", javascript=javascript)
    await page.goto(f"{DEBATE}/paragraphs/4/annotate")
    await page.locator("[name=first][value='2']").check()
    await page.locator("[name=last][value='3']").check()
    await page.locator("[name=kind][value='question']").check()
    await page.locator("[name=body]").fill("Whose **view** is this?")
    await page.get_by_role("button", name="Preview").click()
    await page.locator("#preview strong", has_text="view").wait_for()
    await expect(page.locator("[name=last][value='3']")).to_be_checked()
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url("**/essay?done=annotated#passage-*")
    note = page.locator("#p4 .note", has_text="Whose view is this?").last
    await note.locator("summary").click()
    await note.get_by_role("link", name="Question").click()
    await page.locator("summary").click()
    await page.get_by_role("button", name="Withdraw it").click()
    await page.wait_for_url("**?done=withdrawn")
    await expect(page.locator(".standing", has_text="Withdrawn")).to_be_visible()


async def test_wrong_words_are_explained_and_repeated_ones_asked_about(visits: Visits, javascript: bool) -> None:
    visits.expect(422)
    page = await visits.open(user="author", javascript=javascript)
    await annotate(page, 2, "Typed for minutes", exact="the assumption that Russian politics is driven")
    error = page.locator("#exact-error")
    await expect(error).to_contain_text("the assumption that Russian policy is driven")
    await expect(page.locator("[name=body]")).to_have_value("Typed for minutes")
    await page.locator("[name=exact]").fill("Moscow" if javascript else "Russian")
    await page.get_by_role("button", name="Save", exact=True).click()
    if not javascript:
        await page.locator("[name=place]").last.check()
        await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url("**/essay?done=annotated#passage-*")


async def test_links_between_text_and_notes_take_the_focus_along(visits: Visits) -> None:
    page = await visits.open()
    await page.goto(f"{DEBATE}/essay")
    reference = page.locator("a.passage-ref[href^='#note-']").first
    note_id = (await reference.get_attribute("href") or "").removeprefix("#")
    await reference.focus()
    await press_key(page, "Enter")
    await gives(page, FOCUSED, note_id)
    await press_key(page, "Tab")
    await press_key(page, "Enter")
    await gives(page, FOCUSED, note_id.replace("note-", "passage-"))


async def test_an_argument_starts_from_picked_words(visits: Visits, javascript: bool) -> None:
    page = await visits.open(user="author", javascript=javascript)
    await page.goto(f"{DEBATE}/paragraphs/1/annotate")
    await page.locator("[name=first][value='1']").check()
    await page.get_by_role("button", name="Start an argument from these words").click()
    await page.wait_for_url("**/arguments/new?passage=*")


async def test_the_text_can_be_read_alone(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript, width=390)
    await page.goto(f"{DEBATE}/essay")
    notes = page.locator(".margin-toggle").first
    await expect(notes).to_be_visible()
    await page.get_by_label("Show the text alone").check()
    await expect(notes).to_be_hidden()

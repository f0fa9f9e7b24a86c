"""Reading a thread: tabs on phones, keys, folds that are remembered, and quoting what one has selected."""

from playwright.async_api import Page, expect

from tests.e2e.site import DEBATE, YARD
from tests.e2e.visits import Visits
from tests.e2e.waiting import comes_to, gives, press_key

NARROW = 390
FOCUSED = "() => document.activeElement.closest('.card, .placeholder')?.id ?? ''"

# Whether the full stop of a Hebrew sentence stands left of its first letter.
ENDS_AT_THE_LEFT = """place => {
    place.textContent = "\u05d0\u05d1\u05d2 abc \u05d3\u05d4.";
    const left = at => {
        const range = document.createRange();
        range.setStart(place.firstChild, at);
        range.setEnd(place.firstChild, at + 1);
        return range.getBoundingClientRect().left;
    };
    return left(place.textContent.length - 1) < left(0);
}"""


async def shown_relations(page: Page) -> list[str]:
    columns = await page.locator(".reply-column:visible").all()
    return [str(await column.get_attribute("data-relation")) for column in columns]


async def test_phones_show_one_relation_at_a_time(visits: Visits, javascript: bool, places: dict[str, str]) -> None:
    page = await visits.open(width=NARROW, javascript=javascript)
    await page.goto(f"{YARD}/arguments/{places['argument']}")
    assert len(await shown_relations(page)) == 1
    for relation, name in (("undercut", "Undercuts"), ("rebut", "Rebuts"), ("support", "Supports")):
        tab = page.locator(".reply-tabs").get_by_role("link", name=name)
        await tab.focus()
        await press_key(page, "Enter")
        await comes_to(lambda: shown_relations(page), [relation])
        assert await tab.bounding_box() is not None, "The tabs stay in sight."
        if javascript:
            await expect(tab).to_have_attribute("aria-current", "true")
    await page.go_back()
    await comes_to(lambda: shown_relations(page), ["rebut"])


async def test_a_link_to_a_reply_opens_its_tab(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(width=NARROW)
    await page.goto(f"{YARD}/arguments/{places['argument']}#argument-{places['reply']}")
    await expect(page.locator(f"#argument-{places['reply']}")).to_be_in_viewport()


async def test_wide_screens_show_all_relations_side_by_side(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open()
    await page.goto(f"{YARD}/arguments/{places['argument']}#rebut-replies")
    columns = [await column.bounding_box() for column in await page.locator(".reply-column").all()]
    assert len({round(box["width"]) for box in columns if box}) == 1
    assert len({round(box["y"]) for box in columns if box}) == 1
    await expect(page.locator(".reply-tabs")).to_be_hidden()


async def test_keys_walk_open_and_reply(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(DEBATE)
    ids = [await card.get_attribute("id") for card in await page.locator(".card").all()]
    await press_key(page, "j")
    await press_key(page, "j")
    await gives(page, FOCUSED, ids[1])
    await press_key(page, "k")
    await gives(page, FOCUSED, ids[0])
    await press_key(page, "o")
    await page.wait_for_url(f"**/arguments/{str(ids[0]).rpartition('-')[2]}")
    await press_key(page, "r")
    await page.wait_for_url("**/reply")
    await page.get_by_label("Grounds").press("k")
    assert page.url.endswith("/reply"), "Letters are letters while one types."
    await expect(page.get_by_label("Grounds")).to_have_value("k")


async def test_keys_have_a_sheet_and_can_be_switched_off(visits: Visits) -> None:
    page = await visits.open()
    await page.goto(DEBATE)
    await press_key(page, "?")
    sheet = page.get_by_role("dialog", name="Keys")
    await expect(sheet).to_contain_text("The next one that is new to you")
    await press_key(page, "j")
    assert await page.evaluate(FOCUSED) == "", "Behind the sheet nothing moves."
    await sheet.get_by_role("checkbox").uncheck()
    await press_key(page, "Escape")
    await expect(sheet).to_be_hidden()
    await press_key(page, "j")
    assert await page.evaluate(FOCUSED) == ""
    await page.reload()
    await press_key(page, "j")
    assert await page.evaluate(FOCUSED) == "", "The browser remembers it."
    await page.get_by_role("link", name="Keys").click()
    await page.get_by_role("checkbox").check()
    await page.goto(DEBATE)
    await press_key(page, "Control+j")
    assert await page.evaluate(FOCUSED) == ""
    await press_key(page, "j")
    await comes_to(lambda: page.evaluate(f"({FOCUSED})() !== ''"), True)


async def test_folds_are_remembered(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open()
    url = f"{YARD}/arguments/{places['argument']}"
    await page.goto(url)
    votes = page.locator(f"#argument-{places['reply']} .vote")
    await page.locator(f"#argument-{places['reply']}").get_by_role("button", name="Its standing and votes").click()
    await expect(votes).to_be_hidden()
    await page.reload()
    await expect(votes).to_be_hidden()
    await page.locator(f"#argument-{places['reply']}").get_by_role("button", name="Its standing and votes").click()
    await expect(votes).to_be_visible()
    await page.reload()
    await expect(votes).to_be_visible()
    await page.goto(f"{DEBATE}/outline")
    lines = await page.locator(".outline-line:visible").count()
    await page.get_by_role("button", name="Fold all", exact=True).click()
    await page.reload()
    await expect(page.locator(".outline-line:visible")).not_to_have_count(lines)
    await expect(page.locator(".outline-line:visible").first).to_be_visible()


async def test_a_step_of_the_path_unfolds_without_script(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(javascript=False)
    await page.goto(f"{YARD}/arguments/{places['reply']}")
    await page.get_by_text("Unfold step 1").locator("..").click()
    await expect(page.locator(".path-grounds").first).to_be_visible()


async def test_selected_words_are_quoted_below_what_was_drafted(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(user="member")
    url = f"{YARD}/arguments/{places['argument']}"
    await page.goto(f"{url}/reply")
    await page.get_by_label("Grounds").fill("What I began to say.")
    await page.goto(url)
    words = await page.locator("h1").inner_text()
    await page.locator("h1").evaluate("heading => getSelection().selectAllChildren(heading)")
    await page.get_by_role("link", name="Quote in a reply").click()
    await expect(page.get_by_label("Grounds")).to_have_value(f"What I began to say.\n\n> {words}\n\n")
    await page.get_by_role("button", name="Discard it").click()


async def test_the_claim_is_quoted_without_script(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open(user="keeper", javascript=False)
    await page.goto(f"{YARD}/arguments/{places['argument']}")
    words = await page.locator("h1").inner_text()
    await page.get_by_role("link", name="Quote", exact=True).click()
    await expect(page.get_by_label("Grounds")).to_have_value(f"> {words}\n\n")


async def test_words_of_a_script_from_right_to_left_keep_their_order(visits: Visits, places: dict[str, str]) -> None:
    page = await visits.open()
    await page.goto(f"{YARD}/arguments/{places['argument']}")
    for place in ("h1", ".argument .prose p", ".card .claim a"):
        assert await page.locator(place).first.evaluate(ENDS_AT_THE_LEFT), place
    await expect(page.locator(".argument .prose").first).to_have_attribute("dir", "auto")

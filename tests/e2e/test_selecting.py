"""Words selected in the essay, by mouse, by keyboard, by touch, lead to the forms with the words filled in."""

from playwright.async_api import Locator, Page, expect

from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits
from tests.e2e.waiting import gives, press_key

MENU = "[data-selection-menu]"
SETTLED = 400  # Milliseconds after which the menu knows of the last change of the selection.
# What a long press does before the handles are moved, and what caret browsing does with the caret.
SELECT = """([from, start, to, end]) => {
    const point = (block, offset) => {
        const texts = document.createTreeWalker(document.querySelector(block), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            if (offset <= texts.currentNode.length) return [texts.currentNode, offset];
            offset -= texts.currentNode.length;
        }
    };
    getSelection().setBaseAndExtent(...point(from, start), ...point(to, end));
}"""


async def select(page: Page, start: int, end: int, paragraph: int = 2, to: int | None = None) -> None:
    blocks = [f"#p{number} .paragraph-text" for number in (paragraph, to or paragraph)]
    await page.evaluate(SELECT, [blocks[0], start, blocks[1], end])


async def text_of(page: Page, paragraph: int) -> str:
    return await page.locator(f"#p{paragraph} .paragraph-text").evaluate("block => block.textContent")


async def save(page: Page, body: str) -> None:
    await page.locator("[name=body]").fill(body)
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.wait_for_url("**/essay?done=annotated#passage-*")


async def marked(page: Page) -> str:
    """The words of the passage that the address leads to."""
    id = page.url.rpartition("-")[2]
    return "".join(await page.locator(f"mark[data-passages~='{id}']").all_text_contents())


async def test_words_selected_by_mouse_become_a_note(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    block = page.locator("#p4 .paragraph-text")
    await block.scroll_into_view_if_needed()
    box = await block.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 4, box["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 240, box["y"] + 12, steps=4)
    await expect(page.locator(MENU)).to_be_hidden()
    await page.mouse.up()
    await page.locator(MENU).wait_for()
    words = await page.evaluate("getSelection().toString()")
    menu = await page.locator(MENU).bounding_box()
    assert menu
    assert menu["y"] > box["y"] + 12
    await page.get_by_role("link", name="Question", exact=True).click()
    await page.wait_for_url("**/paragraphs/4/annotate?kind=question&**")
    await expect(page.locator("mark.passage")).to_have_text(words.strip())
    await expect(page.locator("#question")).to_be_checked()
    await save(page, "Who says so?")
    assert await marked(page) == words.strip()


async def test_the_whole_way_by_keyboard(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    await select(page, 0, 1, paragraph=5)
    for _ in range(3):
        await press_key(page, "Control+Shift+ArrowRight")
    words = (await page.evaluate("getSelection().toString()")).strip()
    assert words
    await press_key(page, "Control+Enter")
    await page.wait_for_timeout(SETTLED)
    await gives(page, "document.activeElement.textContent", "Note")
    await expect(page.locator("[data-selection-said]")).to_contain_text("Escape")
    await press_key(page, "Escape")
    await expect(page.locator(MENU)).to_be_hidden()
    await gives(page, "document.activeElement.closest('#p5') !== null", wanted=True)
    await press_key(page, "Control+Enter")
    await press_key(page, "Tab")
    await press_key(page, "Shift+Tab")
    await press_key(page, "Enter")
    await page.wait_for_url("**/paragraphs/5/annotate?kind=note&**")
    await expect(page.locator("mark.passage")).to_have_text(words)
    await page.locator("#note, #kind").first.focus()
    await press_key(page, "Tab")
    await page.keyboard.type("Typed without a mouse.")
    await press_key(page, "Tab")
    await page.keyboard.type("Style, keyboard")
    await press_key(page, "Tab")
    await press_key(page, "Enter")
    await page.wait_for_url("**/essay?done=annotated#passage-*")
    assert await marked(page) == words


async def test_a_long_press_on_a_phone(visits: Visits) -> None:
    page = await visits.open(user="member", width=390, has_touch=True, is_mobile=True)
    await page.goto(f"{DEBATE}/essay")
    await page.locator("#p3 .paragraph-text").scroll_into_view_if_needed()
    await page.touchscreen.tap(200, 300)
    await select(page, 4, 20, paragraph=3)  # As the press leaves it,
    await select(page, 4, 60, paragraph=3)  # and as the handle is moved.
    await page.wait_for_timeout(SETTLED)
    await page.locator(MENU).wait_for()
    box = await page.locator(MENU).bounding_box()
    assert box
    assert box["y"] + box["height"] >= 899
    assert all(
        height >= 44
        for height in await page.locator(f"{MENU} a:visible").evaluate_all(
            "links => links.map(link => link.getBoundingClientRect().height)"
        )
    )
    words = (await text_of(page, 3))[4:60].strip()
    await page.get_by_role("link", name="Note", exact=True).tap()
    await page.wait_for_url("**/paragraphs/3/annotate?kind=note&**")
    await expect(page.locator("mark.passage")).to_have_text(words)
    await save(page, "Touched.")
    assert await marked(page) == words


async def test_a_selection_over_paragraphs_marks_and_links_is_one_passage(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    first, last = await text_of(page, 2), await text_of(page, 3)
    await select(page, 30, 40, paragraph=2, to=3)
    await page.locator(MENU).wait_for()
    await page.get_by_role("link", name="Note", exact=True).click()
    await save(page, "On both of these.")
    assert await marked(page) == f"{first[30:].strip()}{last[:40].strip()}"


async def test_a_selection_over_paragraphs_leaves_out_the_notes_between_them_which_can_be_copied_alone(
    visits: Visits,
) -> None:
    page = await visits.open()
    await page.goto(f"{DEBATE}/essay", wait_until="networkidle")
    first, second = page.locator("#p2 .paragraph-text"), page.locator("#p3 .paragraph-text")
    await first.scroll_into_view_if_needed()
    await drag(page, first, second)
    text = await page.evaluate("getSelection().toString()")
    assert (await text_of(page, 2))[-40:] in text
    assert "Annotate" not in text
    note = page.locator("#p2 .note-words").first
    words = (await note.inner_text()).split()[-1]
    assert words not in text.removeprefix(await text_of(page, 2))
    await page.locator("#p2 .note summary").first.click()
    await gives(page, "getComputedStyle(document.querySelector('#p2 .note-entries')).userSelect", "auto")


async def drag(page: Page, start: Locator, end: Locator) -> None:
    """With the mouse from the beginning of one element to the end of the first line of another."""
    boxes = [await element.bounding_box() for element in (start, end)]
    assert boxes[0]
    assert boxes[1]
    await page.mouse.move(boxes[0]["x"] + 1, boxes[0]["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(boxes[1]["x"] + boxes[1]["width"] - 4, boxes[1]["y"] + 12, steps=6)
    await page.mouse.up()


async def test_selections_that_begin_in_other_text_are_left_alone(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    await page.evaluate(SELECT, [".page-header", 2, "#p1 .paragraph-text", 20])
    await page.wait_for_timeout(SETTLED)
    await expect(page.locator(MENU)).to_be_hidden()


async def test_words_rebut_the_argument_that_rests_on_them(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    mark = page.locator(".essay mark.passage[data-side]").first
    paragraph = int((await mark.evaluate("mark => mark.closest('.paragraph').id"))[1:])
    await mark.evaluate("mark => getSelection().selectAllChildren(mark)")
    await page.locator(MENU).wait_for()
    await page.get_by_role("link", name="Rebut", exact=True).click()
    await page.wait_for_url(f"**/paragraphs/{paragraph}/answer?relation=rebut&**")
    await expect(page.locator("[name=relation][value=rebut]")).to_be_checked()
    await page.locator("[name=answer_to]").first.check()
    await page.get_by_role("button", name="Go on to the argument").click()
    await page.wait_for_url("**/arguments/*/reply?relation=rebut&passage=*")
    await expect(page.locator("[name=relation][value=rebut]")).to_be_checked()
    await expect(page.locator("[name=passage]")).to_be_checked()


async def test_a_visitor_signs_in_and_finds_the_words_again(visits: Visits) -> None:
    page = await visits.open()
    await page.goto(f"{DEBATE}/essay")
    await select(page, 0, 25)
    await page.locator(MENU).wait_for()
    await page.get_by_role("link", name="Note", exact=True).click()
    await page.wait_for_url("**/sign-in?next=**")
    assert "exact" in page.url


async def test_words_that_a_translation_has_changed_are_not_trusted(visits: Visits) -> None:
    visits.expect(422)
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    await page.evaluate("document.querySelector('#p2 .paragraph-text').textContent = 'Ganz andere Worte stehen hier.'")
    await select(page, 5, 18)
    await page.locator(MENU).wait_for()
    await page.get_by_role("link", name="Note", exact=True).click()
    error = page.locator("#exact-error")
    await expect(error).to_contain_text("not the words that the essay has")
    await expect(page.locator("[name=exact]")).to_have_value("andere Worte")


async def test_words_that_begin_with_a_mark_are_selected_by_mouse(visits: Visits) -> None:
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/essay")
    mark = page.locator("mark.passage[id]").first
    await mark.scroll_into_view_if_needed()
    box = await mark.evaluate(
        "mark => { const box = mark.getClientRects()[0]; return [box.left, box.top, box.height]; }"
    )
    left, middle = box[0] + 1, box[1] + box[2] / 2
    await page.mouse.move(left, middle)
    await page.mouse.down()
    await page.mouse.move(left + 60, middle, steps=6)
    await page.mouse.up()
    selected = await page.evaluate("String(getSelection())")
    assert len(selected) > 2
    assert (await mark.inner_text()).startswith(selected.strip())

"""The essay's margin: notes beside their lines, none over another, a page that holds still, links that lead there."""

from itertools import pairwise

import pytest
from playwright.async_api import expect

from app.db import transaction
from tests.e2e.site import DEBATE, YARD, Site
from tests.e2e.test_weight import WATCH_SHIFTS
from tests.e2e.visits import Visits
from tests.e2e.waiting import FOCUSED, gives, press_key
from tests.factories import make_annotation, make_debate

ESSAY = f"{DEBATE}/essay"
# Of each note: its top and bottom, and the top of the first line of its words.
BOXES = """[...document.querySelectorAll(".margin .note")].map(note => {
    const box = note.getBoundingClientRect();
    const words = document.getElementById(note.id.replace("note-", "passage-"));
    return [box.top, box.bottom, words.getClientRects()[0].top];
})"""
# Of each note and of each way to the others of a paragraph: top, bottom, and the place where its words begin.
MARGIN = """[...document.querySelectorAll(".margin :is(.note, .notes-more)")].map(each => {
    const { top, bottom } = each.getBoundingClientRect();
    return [top, bottom, each.querySelector("details, a:not(.note-number)").getBoundingClientRect().left];
})"""
# How far apart paragraphs stand, from the last line of one to the first of the next.
GAPS = """(texts => texts.slice(1).map((text, index) =>
    text.getBoundingClientRect().top - texts[index].getBoundingClientRect().bottom
))([...document.querySelectorAll(".paragraph-text")])"""
READING_DISTANCE = 60  # Two lines: more would tear the text apart.
LINE = 32


async def test_notes_stand_beside_their_words_and_not_over_one_another(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(ESSAY, wait_until="networkidle")
    boxes = await page.evaluate(BOXES)
    assert len(boxes) > 20
    assert are_apart(boxes)
    assert max(await page.evaluate(GAPS)) < READING_DISTANCE
    if javascript:
        away = [abs(top - words) for top, _, words in boxes]
        assert sum(away) / len(away) < LINE
        assert max(away) < 4 * LINE


async def test_the_way_to_the_other_notes_of_a_paragraph_stands_below_those_that_are_shown(
    visits: Visits, javascript: bool, site: Site
) -> None:
    slug = f"crowded-{javascript}".lower()
    async with transaction(site.engine) as db:
        debate = await make_debate(db, slug)
        for exact in ("The mill", "should stay", "feeds the town", "The river", "needs rest", "measured it."):
            await make_annotation(db, debate, site.cast["author"], exact=exact)
    page = await visits.open(javascript=javascript)
    await page.goto(f"/debates/{slug}/essay", wait_until="networkidle")
    await expect(page.get_by_role("link", name="All 3 on paragraph 2")).to_be_visible()
    boxes = await page.evaluate(MARGIN)
    assert are_apart(boxes)
    assert len({round(left) for _, _, left in boxes}) == 1


async def test_an_opened_note_makes_the_others_move_and_leaves_the_text(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(ESSAY, wait_until="networkidle")
    gaps = await page.evaluate(GAPS)
    await page.locator(".margin summary").nth(5).click()
    await page.wait_for_timeout(200)
    boxes = await page.evaluate(BOXES)
    assert are_apart(boxes)
    if javascript:
        assert await page.evaluate(GAPS) == gaps


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_margin_is_there_before_the_page_is_seen(visits: Visits, width: int) -> None:
    page = await visits.open(width=width)
    await page.add_init_script(WATCH_SHIFTS)
    await page.goto(ESSAY, wait_until="networkidle")
    assert await page.evaluate("window.shift") == 0


async def test_a_phone_shows_the_text_and_the_notes_that_are_asked_for(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript, width=390)
    await page.goto(ESSAY)
    note = page.locator("#p2 .note").first
    await expect(note).to_be_hidden()
    await page.locator("#p2 .margin-toggle").click()
    await expect(note).to_be_visible()
    await expect(page.locator("#p3 .note").first).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["passage", "note", "annotation"])
async def test_addresses_lead_to_their_place_and_say_it(
    visits: Visits, javascript: bool, width: int, kind: str, places: dict[str, str]
) -> None:
    page = await visits.open(javascript=javascript, width=width)
    essay = f"{YARD}/essay" if kind == "annotation" else ESSAY
    await page.goto(essay)
    place = page.locator(f".essay [id^={kind}-]").last
    id = await place.get_attribute("id") or ""
    await page.goto("about:blank")
    await page.goto(f"{essay}#{id}", wait_until="networkidle")
    await expect(page.locator(f"#{id}")).to_be_in_viewport()
    await gives(page, "document.querySelector(':target').id", id)
    if (
        javascript or kind != "passage"
    ):  # A mark that could always take the focus would keep its words from being selected.
        await gives(page, FOCUSED, id)
    if javascript:
        await expect(page.locator("[data-arrival]")).to_contain_text("Note" if kind != "passage" else "Paragraph")


async def test_an_annotation_that_the_essay_does_not_show_is_found_on_its_page(
    visits: Visits, places: dict[str, str]
) -> None:
    page = await visits.open()
    visits.expect(404)
    await page.goto(f"{ESSAY}#annotation-999999")
    await page.wait_for_url("**/annotations/999999")


async def test_pages_of_a_passage_and_of_an_annotation_take_the_focus_there(
    visits: Visits, javascript: bool, places: dict[str, str]
) -> None:
    page = await visits.open(javascript=javascript, width=390)
    for kind in ("passage", "annotation"):
        await page.goto(f"{YARD}/{kind}s/{places[kind]}")
        await expect(page.locator(f"#{kind}-{places[kind]}")).to_be_focused()


async def test_notes_are_filtered_by_a_form_and_its_address(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(ESSAY)
    everything = await page.locator(".margin .note").count()
    await page.get_by_text("Filter the notes").click()
    await page.get_by_label("Position").select_option("1")
    await page.get_by_role("button", name="Show", exact=True).click()
    await page.wait_for_url("**/essay?position=1&**")
    assert 0 < await page.locator(".margin .note").count() < everything
    await expect(page.get_by_label("Position")).to_have_value("1")
    await page.get_by_role("link", name="Show everything").click()
    await expect(page.locator(".margin .note")).to_have_count(everything)


async def test_notes_are_opened_by_keyboard_and_led_back_from(visits: Visits) -> None:
    page = await visits.open()
    await page.goto(ESSAY)
    reference = page.locator("a.passage-ref").first
    await reference.focus()
    await press_key(page, "Enter")
    await expect(page.locator(".note:focus details[open]")).to_have_count(1)
    top = await page.evaluate("scrollY")
    await press_key(page, "Tab")
    await press_key(page, "Enter")
    await expect(page.locator("[id^=passage-]:focus")).to_have_count(1)
    await gives(page, "scrollY", top)


async def test_a_sentence_and_its_row_lead_to_each_other(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(f"{DEBATE}/essay/contested")
    row = page.locator("tbody tr").first
    await row.get_by_role("link").first.click()
    number = (await row.get_attribute("id") or "").removeprefix("row-")
    await gives(page, FOCUSED, f"sentence-{number}")


async def test_on_paper_all_notes_follow_the_text(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(ESSAY)
    await page.emulate_media(media="print")
    last = await page.locator(".paragraph-text").last.bounding_box()
    first = await page.locator(".margin .note").first.bounding_box()
    assert last
    assert first
    assert first["y"] > last["y"] + last["height"] - 1
    await expect(page.locator(".margin .note-entries").first).to_be_visible()
    await expect(page.locator(".essay-ways")).to_be_hidden()


async def test_what_is_printed_has_every_note_in_full_and_no_controls(visits: Visits) -> None:
    page = await visits.open()
    await page.goto(ESSAY, wait_until="networkidle")
    references = await page.locator("a.passage-ref").evaluate_all("all => all.map(one => one.dataset.number)")
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await page.emulate_media(media="print")
    numbers = await page.locator(".printed-notes .note-number").all_inner_texts()
    assert numbers == references
    await expect(page.locator(".printed-notes .note").last).to_be_visible()
    await expect(page.locator(".margin .note").first).to_be_hidden()
    for control in (".essay-plain", ".annotate", ".essay-filters", ".margin-toggle", ".notes-more", ".selection-hint"):
        await expect(page.locator(control).first).to_be_hidden()
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(page.locator(".printed-notes")).to_have_count(0)


async def test_a_page_for_print_has_every_note_without_a_script(visits: Visits, javascript: bool) -> None:
    page = await visits.open(javascript=javascript)
    await page.goto(f"{ESSAY}?kind=argument")
    await page.get_by_role("link", name="For print").click()
    await page.wait_for_url("**/essay/print?kind=argument")
    references = await page.locator("a.passage-ref").evaluate_all("all => all.map(one => one.dataset.number)")
    assert await page.locator(".printed-notes .note-number").all_inner_texts() == references


@pytest.mark.parametrize("width", [1280, 390])
async def test_what_was_done_is_said_where_the_address_leads(
    visits: Visits, javascript: bool, width: int, places: dict[str, str]
) -> None:
    page = await visits.open(user="author", javascript=javascript, width=width)
    if javascript:
        await page.add_init_script(WATCH_SHIFTS)
    passage = await _last_passage(visits)
    await page.goto(f"{ESSAY}?done=annotated#{passage}", wait_until="networkidle")
    await expect(page.get_by_text("Your annotation is saved.")).to_be_in_viewport()
    await expect(page.locator(f"#{passage}")).to_be_in_viewport()
    notice = await page.locator(".notice").first.bounding_box()
    words = await page.locator(f"#{passage}").bounding_box()
    assert notice
    assert words
    assert notice["y"] + notice["height"] <= words["y"]
    if javascript:
        assert await page.evaluate("window.shift") == 0


async def _last_passage(visits: Visits) -> str:
    page = await visits.open()
    await page.goto(ESSAY)
    return await page.locator(".essay [id^=passage-]").last.get_attribute("id") or ""


def are_apart(boxes: list[list[float]]) -> bool:
    return all(bottom <= top for (_, bottom, _), (top, _, _) in pairwise(boxes))

"""Moderators work through the queue: by keyboard alone, without the script, several together, and beside each other."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from app.db import transaction
from app.models import (
    Argument,
    CannedReason,
    Case,
    Debate,
    DebateRole,
    DebateRoleKind,
    Flag,
    FlagReason,
    HouseRule,
    Position,
)
from tests.e2e.site import Site
from tests.e2e.visits import Visits
from tests.e2e.waiting import press_key
from tests.factories import make_argument, make_debate, make_user

CASES = 20
NOTE = "Quoted from the essay, I think."


@pytest.fixture
async def queue(site: Site) -> str:
    """The queue's address for a debate of its own, in which twenty flagged arguments wait."""
    slug = f"shift-{uuid4().hex[:8]}"
    async with transaction(site.engine) as db:
        debate = await make_debate(db, slug)
        side = (await db.execute(select(Position).filter_by(debate_id=debate.id, number=1))).scalar_one()
        db.add(DebateRole(debate_id=debate.id, user_id=site.cast["host"].id, kind=DebateRoleKind.MODERATOR))
        for number in range(CASES):
            claim = f"Claim number {number} of {slug} stands on its own feet."
            argument = await make_argument(db, debate, site.cast["author"], position=side, claim=claim)
            place = {"debate_id": debate.id, "argument_id": argument.id}
            case = Case(**place, flag_count=1, score=1.0, reasons=["spam"], version=1)
            db.add(case)
            await db.flush()
            flag = {"case_id": case.id, "reporter_id": site.cast["member"].id, "words": ""}
            db.add(Flag(**place, **flag, reason=FlagReason.SPAM))
    return f"/moderation?debate={slug}"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("javascript", [True, False])
async def test_what_decides_is_in_sight_from_the_first_choice_on(
    visits: Visits, queue: str, width: int, javascript: bool
) -> None:
    """And what is focused is never below it."""
    page = await visits.open(user="keeper", javascript=javascript, width=width)
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(queue)
    await page.locator("a[href^='/moderation/cases/']").first.click()
    await page.wait_for_url("**/moderation/cases/**")
    button = page.get_by_role("button", name="Decide and open the next")
    if width == 390:
        await page.get_by_label("Leave it as it is").scroll_into_view_if_needed()
    await expect(button).to_be_in_viewport(ratio=1)
    reason = page.get_by_label("None of these")
    await reason.focus()
    lowest = "each => each.getBoundingClientRect().bottom"
    assert await reason.evaluate(lowest) <= await button.evaluate("each => each.getBoundingClientRect().top")
    if width == 1280:
        await page.mouse.move(200, 400)
        await page.mouse.wheel(0, 600)
    await expect(button).to_be_in_viewport(ratio=1)


async def test_twenty_cases_by_keyboard_alone(visits: Visits, site: Site, queue: str) -> None:
    """Two keys a case, and one page: every other one is left, every other one hidden with a ready reason."""
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    keys = pages = 0

    async def press(key: str, *, leads_on: bool = False) -> None:
        nonlocal keys, pages
        keys += 1
        if not leads_on:
            await press_key(page, key)
            return
        pages += 1
        before = page.url
        await press_key(page, key)
        await page.wait_for_url(lambda url: url != before)
        await page.wait_for_load_state()

    await press("n", leads_on=True)
    for number in range(CASES):
        await expect(page.get_by_text("You work on this case until")).to_be_visible()
        await press("5" if number % 2 else "d")
        await expect(page.get_by_role("button", name="Decide and open the next")).to_be_focused()
        await press("Enter", leads_on=True)
    await expect(page.get_by_text("No open case is like that.")).to_be_visible()
    print(f"{CASES} cases by keyboard: {keys} keys, {pages} pages")
    assert (keys, pages) == (2 * CASES + 1, CASES + 1)
    assert await _count_hidden(site, queue) == CASES // 2


async def _count_hidden(site: Site, queue: str) -> int:
    async with transaction(site.engine) as db:
        slug = queue.rpartition("=")[2]
        debate = (await db.execute(select(Debate).filter_by(slug=slug))).scalar_one()
        hidden = select(Argument).where(Argument.debate_id == debate.id, Argument.hidden_by_id.is_not(None))
        return len((await db.scalars(hidden)).all())


async def test_keys_rest_while_somebody_types_and_can_be_switched_off(visits: Visits, queue: str) -> None:
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    await press_key(page, "n")
    await page.wait_for_url("**/moderation/cases/**")
    await press_key(page, "m")
    await page.keyboard.type("dnh1 c")
    await expect(page.get_by_label("A word to the others")).to_have_value("dnh1 c")
    await press_key(page, "Escape")
    await press_key(page, "h")
    await expect(page.get_by_role("radio", name=re.compile("^Hide it"))).to_be_checked()
    await press_key(page, "Escape")
    await press_key(page, "?")
    await page.get_by_role("checkbox", name="Use single keys").uncheck()
    await press_key(page, "d")
    await expect(page.get_by_role("radio", name="Leave it as it is")).not_to_be_checked()
    await page.get_by_role("checkbox", name="Use single keys").check()


async def test_case_of_a_person_by_keyboard_alone(visits: Visits, site: Site) -> None:
    """Keys of their own choose what happens; a digit warns with a ready reason, or keeps what is chosen."""
    async with transaction(site.engine) as db:
        person = await make_user(db, f"flood-{uuid4().hex[:8]}")
        case = Case(person_id=person.id, flag_count=1, score=1.0, reasons=["spam"], version=1)
        db.add(case)
        await db.flush()
        flag = {"case_id": case.id, "person_id": person.id, "reporter_id": site.cast["member"].id, "words": ""}
        db.add(Flag(**flag, reason=FlagReason.SPAM))
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(f"/moderation/cases/{case.id}")
    await press_key(page, "d")
    await expect(page.get_by_role("radio", name="Leave them alone")).to_be_checked()
    await expect(page.get_by_role("button", name="Decide and open the next")).to_be_focused()
    await press_key(page, "6")
    await expect(page.get_by_role("radio", name=re.compile("^Warn"))).to_be_checked()
    await press_key(page, "s")
    await expect(page.get_by_role("radio", name=re.compile("^Silence"))).to_be_checked()
    await expect(page.locator("[name=ready]:checked")).to_be_focused()
    await press_key(page, "Escape")
    await press_key(page, "6")
    await expect(page.get_by_role("radio", name=re.compile("^Silence"))).to_be_checked()
    await expect(page.get_by_label("Explanation, in your own words")).to_have_value(
        re.compile("the same again and again")
    )
    await press_key(page, "Enter")
    await page.wait_for_url("**decided=*")
    await press_key(page, "u")
    await page.wait_for_url("**/undo?then=next*")


async def test_ready_reasons_after_the_ninth_by_keyboard(visits: Visits, site: Site, queue: str) -> None:
    """0 moves the digits on, and round; the page says which they choose. Two keys hide with the fourteenth."""
    await _add_reasons(site, queue, 8)
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    await press_key(page, "n")
    await page.wait_for_url("**/moderation/cases/**")
    reasons = page.get_by_role("group", name="Ready reason")
    await expect(reasons.get_by_role("status")).to_have_text("The digits choose 1 to 9 of 14; 0 moves them on.")
    await press_key(page, "0")
    await expect(reasons.get_by_role("status")).to_contain_text("10 to 14 of 14")
    await expect(reasons.locator("label kbd:visible")).to_have_text(["1", "2", "3", "4", "5"])
    await press_key(page, "9")
    await expect(reasons.get_by_role("radio", name="None of these")).to_be_checked()
    await press_key(page, "5")
    await expect(reasons.get_by_role("radio", name="Reason 8 of this debate")).to_be_checked()
    await expect(page.get_by_label("Explanation, in your own words")).to_have_value(re.compile("in number 8"))
    await expect(page.get_by_role("button", name="Decide and open the next")).to_be_focused()
    await press_key(page, "0")
    await press_key(page, "1")
    await expect(reasons.get_by_role("radio", name="Attacks a person")).to_be_checked()
    await press_key(page, "?")
    await page.get_by_role("checkbox", name="Use single keys").uncheck()
    await expect(reasons.get_by_role("status")).to_be_hidden()
    await page.get_by_role("checkbox", name="Use single keys").check()


async def _add_reasons(site: Site, queue: str, count: int) -> None:
    async with transaction(site.engine) as db:
        debate = (await db.execute(select(Debate).filter_by(slug=queue.rpartition("=")[2]))).scalar_one()
        for number in range(1, count + 1):
            words = f"It breaks what the hosts of this debate ask for in number {number}."
            title = f"Reason {number} of this debate"
            db.add(CannedReason(debate_id=debate.id, house_rule=HouseRule.ON_TOPIC, title=title, explanation=words))


async def test_note_claim_and_decision(visits: Visits, queue: str, javascript: bool) -> None:
    page = await visits.open(user="keeper", javascript=javascript)
    await page.goto(queue)
    await page.get_by_role("button", name="Open the next case").click()
    await page.get_by_label("A word to the others").fill(NOTE)
    await page.get_by_role("button", name="Keep the note").click()
    await expect(page.get_by_text(NOTE)).to_be_visible()
    await page.get_by_role("button", name="Let it go").click()
    await page.get_by_role("button", name="Claim it").click()
    await expect(page.get_by_text("You work on this case until")).to_be_visible()
    await page.get_by_role("radio", name=re.compile("^Hide it")).check()
    await page.get_by_role("radio", name="Advertising").check()
    await page.get_by_role("button", name="Decide and open the next").click()
    await page.get_by_text("Hidden by rule 5").locator("..").get_by_role("link", name="Claim number").click()
    await expect(page.get_by_text("It advertises something")).to_be_visible()


async def test_wrong_press_is_undone_from_the_next_case_by_two_keys(visits: Visits, queue: str) -> None:
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    await press_key(page, "n")
    await page.wait_for_url("**/moderation/cases/**")
    case = page.url.partition("?")[0]
    await press_key(page, "d")
    await press_key(page, "Enter")
    await expect(page.get_by_text("Flags dismissed")).to_be_visible()
    await press_key(page, "u")
    await expect(page.get_by_role("button", name="Undo it and go on")).to_be_focused()
    await press_key(page, "Enter")
    await expect(page.get_by_text("Case opened again:")).to_be_visible()
    await expect(page.get_by_text("You work on this case until")).to_be_visible()
    assert page.url.startswith(f"{case}?debate=")


async def test_ready_reason_goes_with_the_hiding_that_it_was_for(visits: Visits, queue: str) -> None:
    """Left as it is after all, nothing is said about a rule; removed or to be edited, the reason stays."""
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    await press_key(page, "n")
    await page.wait_for_url("**/moderation/cases/**")
    explanation = page.get_by_label("Explanation, in your own words")
    for first, then, kept, action in (
        ("5", "d", False, "Leave it"),
        ("r", "4", True, "Remove it"),
        ("4", "r", True, "Remove it"),
    ):
        for key in (first, then):
            await press_key(page, key)
        for field in (explanation, page.get_by_label("House rule")):
            await expect(field).to_have_value(re.compile(".") if kept else "")
        await expect(page.get_by_role("radio", name=re.compile(f"^{action}"))).to_be_checked()
    await page.get_by_role("radio", name=re.compile("^Ask for an edit")).check()
    await page.get_by_role("radio", name="Misquotes").check()
    await expect(page.get_by_role("radio", name=re.compile("^Ask for an edit"))).to_be_checked()


async def test_several_are_decided_together(visits: Visits, queue: str, javascript: bool) -> None:
    page = await visits.open(user="keeper", javascript=javascript)
    await page.goto(queue)
    await page.get_by_role("link", name="Select all shown").click()
    await page.get_by_role("button", name="Hide the selected").click()
    await expect(page.get_by_text(f"{CASES} texts will be hidden")).to_be_visible()
    await page.get_by_role("radio", name="Advertising").check()
    await page.get_by_role("button", name=f"Hide {CASES} texts").click()
    await expect(page.get_by_role("heading", name=f"{CASES} decisions made, 0 left alone")).to_be_visible()


async def test_several_are_left_together_by_keys(visits: Visits, queue: str) -> None:
    page = await visits.open(user="keeper", javascript=True)
    await page.goto(queue)
    await press_key(page, "a")
    await press_key(page, "d")
    await expect(page.get_by_role("heading", name="Leave several as they are")).to_be_visible()
    await press_key(page, "d")
    await expect(page.get_by_role("button", name=f"Leave {CASES} texts")).to_be_focused()
    await press_key(page, "Enter")
    await expect(page.get_by_role("heading", name=f"{CASES} decisions made, 0 left alone")).to_be_visible()


async def test_many_that_were_hidden_by_mistake_are_undone_together_by_keyboard(
    visits: Visits, site: Site, queue: str, javascript: bool
) -> None:
    """From the page after the decision, or from the queue; one reason for all."""
    page = await visits.open(user="keeper", javascript=javascript)
    await page.goto(queue)
    await page.get_by_role("link", name="Select all shown").click()
    await page.get_by_role("button", name="Hide the selected").click()
    await page.get_by_role("radio", name="Advertising").check()
    await page.get_by_role("button", name=f"Hide {CASES} texts").click()
    await _tab_to(page, page.get_by_role("link", name="Back to the queue"))
    await press_key(page, "Enter")
    await _tab_to(page, page.get_by_role("link", name=f"Undo these {CASES} together"))
    await press_key(page, "Enter")
    await expect(page.get_by_text(f"{CASES} decisions were made together. All of them will be undone.")).to_be_visible()
    await _tab_to(page, page.get_by_label("Explanation, in your own words"))
    await page.keyboard.type("The list had been sorted anew, so these were the wrong ones.")
    await press_key(page, "Tab")
    await expect(page.get_by_role("button", name=f"Undo {CASES} decisions")).to_be_focused()
    await press_key(page, "Enter")
    await expect(page.get_by_text("These decisions are undone.")).to_be_visible()
    assert await _count_hidden(site, queue) == 0


async def _tab_to(page: Page, target: Locator) -> None:
    """As somebody does who has no mouse."""
    await expect(target).to_be_visible()
    for _ in range(200):
        await press_key(page, "Tab")
        if await target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("The focus does not come there.")


async def test_case_that_another_holds_is_taken_over_by_a_second_press(
    visits: Visits, site: Site, queue: str, javascript: bool
) -> None:
    visits.expect(409)
    holder, other = [await visits.open(user=name, javascript=javascript) for name in ("keeper", "host")]
    await holder.goto(queue)
    await holder.get_by_role("button", name="Open the next case").click()
    await other.goto(holder.url.partition("?")[0])
    await expect(other.get_by_text("works on this case")).to_be_visible()
    await other.get_by_role("radio", name="Leave it as it is").check()
    await other.get_by_role("button", name="Decide", exact=True).click()
    await expect(other.get_by_text("Not decided yet: somebody else works on this case")).to_be_visible()
    await other.get_by_role("button", name="Take it over and decide", exact=True).click()
    await expect(other.get_by_text("The flags are dismissed")).to_be_visible()


async def test_view_is_kept(visits: Visits, queue: str, javascript: bool) -> None:
    page = await visits.open(user="keeper", javascript=javascript)
    await page.goto(f"{queue}&order=weightiest")
    name = f"Mine {uuid4().hex[:4]}"
    await page.get_by_label("Keep this choice as").fill(name)
    await page.get_by_role("button", name="Keep it").click()
    await page.goto("/moderation")
    await page.get_by_role("link", name=name).click()
    await page.get_by_role("button", name=f"Forget the view “{name}”").click()
    await expect(page.get_by_role("link", name=name)).to_have_count(0)

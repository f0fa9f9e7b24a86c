"""Impatient people click twice, go back and send again: it is done once."""

from uuid import uuid4

import pytest
from playwright.async_api import expect
from sqlalchemy import ColumnElement, func, select

from app.db import transaction
from app.models import Annotation, Argument, Flag, User
from tests.e2e.people import person
from tests.e2e.site import DEBATE, Site
from tests.e2e.visits import Visits
from tests.factories import PASSWORD

TOP = "button => button.getBoundingClientRect().top"
GROUNDS = "Whoever clicks twice says it once, however long the first click takes."


async def test_reply_that_is_clicked_twice_stands_once(visits: Visits, site: Site, javascript: bool) -> None:
    claim = f"Two clicks do not make {uuid4().int % 10**8} arguments."
    page = await visits.open(user="member", javascript=javascript)
    await page.goto(f"{DEBATE}/arguments/1/reply?relation=support")
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)
    await page.get_by_role("button", name="Post reply").dblclick()
    await expect(page.locator("h1")).to_have_text(claim)
    assert await count(site, Argument.claim == claim) == 1


async def test_note_that_is_sent_again_after_going_back_stands_once(
    visits: Visits, site: Site, javascript: bool
) -> None:
    words = f"Sent more than once: {uuid4().hex}"
    page = await visits.open(user="member", javascript=javascript)
    await page.goto(f"{DEBATE}/paragraphs/5/annotate")
    for _ in range(2):
        await page.locator("[name=first][value='1']").check()
        await page.get_by_label("Your words").fill(words)
        await page.get_by_role("button", name="Save", exact=True).dblclick()
        await page.wait_for_url("**/essay?done=annotated**")
        await page.go_back()
        await page.wait_for_url("**/annotate")
    assert await count(site, Annotation.body_markdown == words) == 1


async def test_sign_up_that_is_clicked_twice_makes_one_account_and_signs_in(
    visits: Visits, site: Site, javascript: bool
) -> None:
    name = f"hasty-{uuid4().hex[:8]}"
    page = await visits.open(javascript=javascript)
    await page.goto("/sign-up")
    await page.get_by_label("User name").fill(name)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("I have read the house rules").check()
    await page.wait_for_timeout(2_000)  # Quicker ones are taken for programs.
    await page.get_by_role("button", name="Sign up").dblclick()
    await expect(page.get_by_role("navigation", name="Account")).to_contain_text("Sign out")
    assert await count(site, User.username == name) == 1


async def test_flag_that_is_clicked_twice_is_raised_once(visits: Visits, site: Site, javascript: bool) -> None:
    words = f"Seen twice: {uuid4().hex}"
    author = await person(site, "author")
    claim = f"What is flagged twice has {uuid4().int % 10**8} flaws."
    url = await author.send(f"{DEBATE}/arguments", position="transactional", claim=claim, grounds=GROUNDS)
    await author.client.aclose()
    page = await visits.open(user="member", javascript=javascript)
    await page.goto(f"{url}/flag")
    await page.get_by_role("radio", name="Off topic").check()
    await page.get_by_label("What a moderator should know").fill(words)
    await page.get_by_role("button", name="Send the flag").dblclick()
    await expect(page.get_by_role("status")).to_contain_text("moderators will look at it")
    assert await count(site, Flag.words == words) == 1


async def count(site: Site, condition: ColumnElement[bool]) -> int:
    async with transaction(site.engine) as db:
        return await db.scalar(select(func.count()).where(condition)) or 0


async def test_vote_that_is_clicked_twice_stands_and_the_page_stays(visits: Visits) -> None:
    page = await visits.open(user="member", width=390)
    await page.goto(DEBATE)
    open_to_all = page.locator("article.card form.vote:has(button:enabled)")  # Nobody votes on what is their own.
    agree = open_to_all.nth(2).locator("button").first
    await agree.scroll_into_view_if_needed()
    height = await agree.evaluate(TOP)
    await agree.dblclick(delay=60)
    await expect(agree).to_have_attribute("aria-pressed", "true")
    assert await agree.evaluate(TOP) == pytest.approx(height, abs=1)
    await agree.click()
    await expect(agree).to_have_attribute("aria-pressed", "false")


async def test_a_form_that_nobody_answers_says_so_keeps_its_text_and_is_sent_once(visits: Visits, site: Site) -> None:
    claim = f"What is sent to nobody comes {uuid4().int % 10**8} times."
    page = await visits.open(user="member")
    await page.goto(f"{DEBATE}/arguments/2/reply?relation=support")
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)
    await page.route("**/replies", lambda route: route.abort())
    await page.get_by_role("button", name="Post reply").click()
    notice = page.get_by_role("alert").filter(has_text="The site does not answer")
    await expect(notice).to_be_in_viewport()
    await expect(page.get_by_label("Your claim, in one sentence")).to_have_value(claim)
    assert all("net::ERR_FAILED" in each or "Failed to fetch" in each for each in visits.problems)
    visits.problems.clear()  # They were provoked.
    await page.unroute("**/replies")
    await page.get_by_role("button", name="Post reply").click()
    await expect(page.locator("h1")).to_have_text(claim)
    assert await count(site, Argument.claim == claim) == 1

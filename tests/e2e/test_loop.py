"""The whole loop, as a person lives it: read, sign up, annotate, rebut, vote, take a stance, flag; and a moderator's
side of it. Once with JavaScript and once without, on a phone."""

import re
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.e2e.people import person
from tests.e2e.site import DEBATE
from tests.e2e.visits import Visits
from tests.factories import PASSWORD

GROUNDS = "A handshake lasts as long as those who shook hands; an institution outlasts them."
EXPLANATION = "It speaks about its author instead of the claim, in every sentence."


async def test_reader_becomes_a_debater_and_a_moderator_decides(visits: Visits, javascript: bool) -> None:
    visits.expect(422)
    look = {"javascript": javascript, "width": 1280 if javascript else 390}
    argument = await post_argument(visits)
    reader = await visits.open(**look)
    await read_both_sides(reader)
    await go_to_the_passage_and_back(reader)
    await sign_up(reader)
    await annotate(reader)
    await rebut(reader, argument)
    await vote(reader, argument)
    await take_a_stance(reader)
    await flag(reader, argument)
    author = await visits.open(user="author", **look)
    await hear_of_the_reply(author)
    await decide(await visits.open(**look), argument)
    await read_the_reason(author, argument)
    await find_it_in_the_log(await visits.open(**look), argument)
    await restore(await visits.open(user="keeper", **look), argument)
    await expect_text(reader, argument, is_shown=True)


async def post_argument(visits: Visits) -> str:
    """By the author of the cast; its address."""
    author = await person(visits.site, "author")
    claim = f"Rapport between leaders has ended {uuid4()} and {uuid4()}."
    url = await author.send(f"{DEBATE}/arguments", position="transactional", claim=claim, grounds=GROUNDS)
    await author.client.aclose()
    return url


async def read_both_sides(page: Page) -> None:
    await page.goto("/")
    await page.locator(f"main a[href='{DEBATE}']").first.click()
    sides = page.locator(".position")
    await expect(sides).to_have_count(2)
    cards = [await sides.nth(side).locator(".card").count() for side in (0, 1)]
    assert cards[0] == cards[1] > 0
    for side in (0, 1):
        await expect(sides.nth(side).get_by_role("heading", level=2)).to_be_visible()
    await sides.nth(1).locator(".card .claim a").first.click()


async def go_to_the_passage_and_back(page: Page) -> None:
    claim = await page.get_by_role("heading", level=1).inner_text()
    words = await page.locator(".passage-quote mark").first.inner_text()
    await page.get_by_role("link", name=re.compile("Read it in the essay")).first.click()
    passage = page.locator(f"mark#{page.url.partition('#')[2]}")
    await expect(passage).to_be_in_viewport()
    assert (await passage.inner_text()).startswith(words.split(maxsplit=1)[0])
    await open_note(page, passage, claim)
    await page.get_by_role("link", name="Read the argument").filter(visible=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(claim)


async def open_note(page: Page, passage: Locator, words: str) -> None:
    """In the margin, or on a phone below the paragraph, whose notes are opened first."""
    paragraph = page.locator(".paragraph", has=passage)
    if await paragraph.locator(".margin-toggle").is_visible():
        await paragraph.locator(".margin-toggle").click()
    await paragraph.locator(".note summary", has_text=words).click()


async def sign_up(page: Page) -> None:
    """From an argument and back to it, with a name first that cannot be."""
    here = page.url
    await page.get_by_role("navigation", name="Account").get_by_role("link", name="Sign up").click()
    await page.get_by_label("User name").fill("no blanks please")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.locator("#username-error")).to_be_visible()
    await expect(page.get_by_label("User name")).to_have_value("no blanks please")
    await page.get_by_label("User name").fill(f"reader-{uuid4().hex[:8]}")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("I have read the house rules").check()
    await page.wait_for_timeout(2_000)  # Quicker ones are taken for programs.
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_role("status")).to_contain_text("Welcome")
    assert page.url.partition("?")[0] == here.partition("#")[0]


async def annotate(page: Page) -> None:
    await page.get_by_role("link", name="Essay", exact=True).first.click()
    await page.locator("#p4 a.annotate").click()
    await page.locator("[name=first][value='1']").check()
    await page.get_by_label("Your words").fill("Which *study* says so?")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#p4 .margin")).to_contain_text("Which study says so?")


async def rebut(page: Page, argument: str) -> None:
    """With an error first, then a preview."""
    await page.goto(argument)
    parent = await page.get_by_role("heading", level=1).inner_text()
    tab = page.locator("[data-reply-tabs] [data-tab=rebut]")  # On a phone one relation is in view at a time.
    if await tab.is_visible():
        await tab.click()
    await page.get_by_role("link", name="Rebut it").click()
    await expect(page.get_by_role("radio", name="Rebut it")).to_be_checked()
    await page.get_by_label("Grounds", exact=True).fill(GROUNDS)
    await page.get_by_role("button", name="Post reply").click()
    await expect(page.locator("#claim-error")).to_be_visible()
    await expect(page.get_by_label("Grounds", exact=True)).to_have_value(GROUNDS)
    claim = f"Rapport has ended quarrels, but not {uuid4()} or {uuid4()}."
    await page.get_by_label("Your claim, in one sentence").fill(claim)
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator("#preview .claim")).to_have_text(claim)
    await page.get_by_role("button", name="Post reply").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(claim)
    await expect(page.get_by_role("status")).to_contain_text("posted")
    await page.get_by_role("navigation", name="Path").get_by_role("link", name=parent).click()
    await expect(page.locator("#replies [aria-labelledby=replies-rebut] .card")).to_contain_text(claim)


async def vote(page: Page, argument: str) -> None:
    """Votes, changes the vote, takes it back."""
    await page.goto(argument)
    buttons = page.locator("article.argument form.vote")
    pressed = buttons.locator("[aria-pressed=true]")
    for button, outcome in (("Agree", "Agree 1"), ("Disagree", "Disagree 1")):
        await buttons.get_by_role("button", name=re.compile(f"^{button} ")).click()
        await expect(pressed).to_have_text(outcome)
    await pressed.click()
    await expect(pressed).to_have_count(0)
    await expect(buttons).to_contain_text("Disagree 0")


async def take_a_stance(page: Page) -> None:
    await page.goto(DEBATE)
    stance = page.get_by_role("region", name="Where do you stand?")
    for choice in ("Undecided", "Institutional deterrence"):
        await stance.get_by_role("button", name=choice).click()
        await expect(page.get_by_role("status").first).to_contain_text("stance is saved")
        await expect(stance.locator("[aria-pressed=true]")).to_contain_text(choice)


async def flag(page: Page, argument: str) -> None:
    await page.goto(argument)
    await page.get_by_role("link", name="Flag", exact=True).click()
    await page.get_by_role("radio", name="Abuse or harassment").check()
    await page.get_by_label("What a moderator should know").fill("Look at its second word.")
    await page.get_by_role("button", name="Send the flag").click()
    await expect(page.get_by_role("status")).to_contain_text("moderators will look at it")


async def hear_of_the_reply(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("link", name=re.compile(r"^Notifications \d+ unread")).click()
    newest = page.locator("ol.entries > li").first
    await expect(newest).to_contain_text("rebuts your argument")
    await newest.locator(".claim button").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Rapport has ended quarrels")


async def decide(page: Page, argument: str) -> None:
    """A moderator signs in and hides it by its case."""
    await page.goto(argument)
    claim = await page.get_by_role("heading", level=1).inner_text()
    await page.get_by_role("link", name="Sign in", exact=True).click()
    await page.get_by_label("User name").fill("keeper")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Queue").click()
    await page.get_by_role("link", name=claim).click()
    await expect(page.get_by_text("Look at its second word.")).to_be_visible()
    await page.get_by_role("radio", name=re.compile("^Hide it")).check()
    await page.get_by_role("button", name="Decide", exact=True).click()
    await expect(page.locator("#explanation-error")).to_be_visible()
    await page.get_by_label("House rule", exact=True).select_option("civil")
    await page.get_by_label("Explanation, in your own words").fill(EXPLANATION)
    await page.get_by_role("button", name="Decide", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("decision stands")


async def read_the_reason(author: Page, argument: str) -> None:
    await author.goto("/notifications")
    await (
        author.locator("ol.entries > li", has_text="Moderators hid your argument")
        .first.locator(".claim button")
        .click()
    )
    await expect(author.locator("dl.facts")).to_contain_text(EXPLANATION)
    await expect_text(author, argument, is_shown=True)


async def find_it_in_the_log(visitor: Page, argument: str) -> None:
    await visitor.goto(f"{DEBATE}/log")
    entry = visitor.locator("ol.entries > li").first
    await expect(entry).to_contain_text("Keeper hid an argument by Author")
    await expect(entry).to_contain_text(EXPLANATION)
    await expect_text(visitor, argument, is_shown=False)


async def restore(moderator: Page, argument: str) -> None:
    await moderator.goto(f"{argument}/moderate")
    await moderator.get_by_role("link", name="Restore it").click()
    await moderator.get_by_label("Explanation, in your own words").fill("Read again, it does speak about the claim.")
    await moderator.get_by_role("button", name="Undo it").click()
    await expect(moderator.get_by_role("status")).to_contain_text("undone")


async def expect_text(page: Page, argument: str, *, is_shown: bool) -> None:
    await page.goto(argument)
    await expect(page.get_by_text(GROUNDS)).to_have_count(int(is_shown))

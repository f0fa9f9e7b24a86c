"""An open page hears of what is new without moving what is being read."""

from playwright.async_api import Page, expect
from sqlalchemy import func, select

from app.arguments.counters import count_argument
from app.db import touch_debate, transaction
from app.models import Argument, ArgumentRevision, Debate, Origin, Relation
from tests.e2e.site import YARD
from tests.e2e.test_weight import MOST_SHIFT, WATCH_SHIFTS
from tests.e2e.visits import Visits
from tests.e2e.waiting import FOCUSED, gives

TOP_OF = "id => document.getElementById(id).getBoundingClientRect().top"


async def answer(visits: Visits, argument_id: int, claim: str) -> int:
    """A reply by somebody else, as the command posts it."""
    async with transaction(visits.site.engine) as db:
        statement = select(Argument).join(Debate, Debate.id == Argument.debate_id)
        parent = (await db.scalars(statement.where(Argument.id == argument_id))).one()
        reply = Argument(
            debate_id=parent.debate_id, parent_id=parent.id, root_id=parent.root_id or parent.id,
            depth=parent.depth + 1, relation=Relation.SUPPORT, origin=Origin.PERSON, claim=claim,
            author_id=visits.site.cast["author"].id, grounds_markdown="", grounds_html="", created_at=func.now(),
        )  # fmt: skip
        db.add(reply)
        await db.flush()
        wording = {"claim": claim, "grounds_markdown": "", "number": 1}
        db.add(ArgumentRevision(debate_id=reply.debate_id, argument_id=reply.id, **wording))
        await count_argument(db, reply, +1)
        touch_debate(db, reply.debate_id)
        return reply.id


async def argument_with_replies(visits: Visits) -> int:
    """With more than one, so that all that helps to read several stands there before the next comes."""
    async with transaction(visits.site.engine) as db:
        debate = select(Debate.id).filter_by(slug=YARD.rpartition("/")[2]).scalar_subquery()
        statement = select(func.min(Argument.id)).where(Argument.debate_id == debate, Argument.depth == 0)
        argument_id: int = (await db.execute(statement)).scalar_one()
    for claim in ("It has been answered.", "It has been answered again."):
        await answer(visits, argument_id, claim)
    return argument_id


async def open_stream(page: Page, argument_id: int) -> None:
    async with page.expect_request("**/live?version=*"):
        await page.goto(f"{YARD}/arguments/{argument_id}")
    await page.wait_for_timeout(500)


async def test_new_replies_wait_behind_a_button_and_keep_the_place(visits: Visits) -> None:
    page = await visits.open(user="member")
    argument_id = await argument_with_replies(visits)
    await page.add_init_script(WATCH_SHIFTS)
    await open_stream(page, argument_id)
    count = page.locator("[data-live=support]")
    before = int(await count.inner_text())
    await page.locator("#replies-rebut").scroll_into_view_if_needed()
    reply_id = await answer(visits, argument_id, "Nothing that is read may move.")
    button = page.get_by_role("button", name="1 new reply, show")
    await button.wait_for()
    await expect(count).to_have_text(str(before + 1))
    await expect(page.locator(".live-bar [aria-live]")).to_have_text("1 new reply")
    assert await page.evaluate("window.shift") < MOST_SHIFT
    place = await page.evaluate(TOP_OF, "replies-rebut")
    await button.click()
    await page.locator(f"#argument-{reply_id}.is-new").wait_for()
    assert abs(await page.evaluate(TOP_OF, "replies-rebut") - place) < 2
    await gives(page, FOCUSED, f"argument-{reply_id}")
    await expect(button).to_be_hidden()
    await expect(page.locator(f"#argument-{reply_id} [data-fold-button]")).to_have_count(1)
    await page.locator(f"#argument-{reply_id} .vote button[value=agree]").click()  # It is a form like the others.
    await page.locator(f"#argument-{reply_id} .vote button[aria-pressed=true]").wait_for()


async def test_on_a_phone_what_is_new_under_another_tab_is_led_to(visits: Visits) -> None:
    page = await visits.open(width=390)
    argument_id = await argument_with_replies(visits)
    await open_stream(page, argument_id)
    await page.locator("[data-reply-tabs] [data-tab=undercut]").click()
    reply_id = await answer(visits, argument_id, "It stands under another tab than the one in view.")
    await page.get_by_role("button", name="1 new reply, show").click()
    await page.locator(f"#argument-{reply_id}.is-new").wait_for(state="attached")
    await gives(page, "document.activeElement.dataset.tab", "support")
    await expect(page.locator("[data-reply-tabs] [aria-current]")).to_have_attribute("data-tab", "undercut")
    await page.locator("[data-reply-tabs] [data-tab=support]").click()
    await expect(page.locator(f"#argument-{reply_id}")).to_be_visible()


async def test_a_page_that_was_hidden_gets_the_present_state(visits: Visits) -> None:
    page = await visits.open()
    argument_id = await argument_with_replies(visits)
    await open_stream(page, argument_id)
    hide = "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
    hide += "document.dispatchEvent(new Event('visibilitychange')); }"
    await page.evaluate(hide, "hidden")
    await answer(visits, argument_id, "Posted while nobody looked at the page.")
    await page.wait_for_timeout(700)
    await expect(page.get_by_role("button", name="new reply, show")).to_have_count(0)
    await page.evaluate(hide, "visible")
    await page.get_by_role("button", name="1 new reply, show").wait_for()


async def test_without_script_there_is_no_bar(visits: Visits) -> None:
    page = await visits.open(javascript=False)
    argument_id = await argument_with_replies(visits)
    await page.goto(f"{YARD}/arguments/{argument_id}")
    await expect(page.locator(".live-bar button")).to_be_hidden()

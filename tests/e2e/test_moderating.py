"""A reader flags, a moderator decides and explains, the author reads why, and the decision is undone."""

import re
from uuid import uuid4

from playwright.async_api import expect
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import transaction
from app.models import Argument, Debate
from tests.e2e.site import DEBATE, Site
from tests.e2e.visits import Visits
from tests.factories import make_argument

WHY = "It attacks those who disagree instead of what they say."
WHY_NOT = "The words are quoted from the essay, where they stand in paragraph two."


async def post_reply(site: Site) -> tuple[str, str]:
    """A reply by the author under the first argument: its claim and its address."""
    claim = f"Nobody with any sense could hold this ({uuid4().hex[:8]})."
    async with transaction(site.engine) as db:
        debate = await _debate(db)
        first = select(Argument).filter_by(debate_id=debate.id, parent_id=None).order_by(Argument.id).limit(1)
        parent = (await db.execute(first)).scalar_one()
        reply = await make_argument(db, debate, site.cast["author"], parent=parent, claim=claim)
    return claim, f"{DEBATE}/arguments/{reply.id}"


async def test_flag_decision_statement_and_undoing(visits: Visits, site: Site, javascript: bool) -> None:
    visits.expect(422)
    claim, url = await post_reply(site)
    reader = await visits.open(user="member", javascript=javascript)
    await reader.goto(url)
    await reader.get_by_role("link", name="Flag", exact=True).click()
    await expect(reader.locator("figure")).to_contain_text(claim)
    await reader.get_by_role("button", name="Send the flag").click()
    await expect(reader.locator(".field-error")).to_have_text("This is needed.")
    await reader.get_by_role("radio", name="Abuse or harassment").check()
    await reader.get_by_role("button", name="Send the flag").click()
    await expect(reader.get_by_text("moderators will look at it")).to_be_visible()

    moderator = await visits.open(user="keeper", javascript=javascript)
    await moderator.goto("/moderation?order=newest")
    await moderator.get_by_role("link", name=claim).click()
    await moderator.get_by_role("radio", name=re.compile("^Hide it")).check()
    await moderator.get_by_label("Explanation, in your own words").fill("Too short.")
    await moderator.get_by_role("button", name="Decide", exact=True).click()
    await expect(moderator.get_by_label("Explanation, in your own words")).to_have_value("Too short.")
    await moderator.get_by_label("House rule").select_option("civil")
    await moderator.get_by_label("Explanation, in your own words").fill(WHY)
    await moderator.get_by_role("button", name="Decide", exact=True).click()
    await expect(moderator.get_by_text("The decision stands")).to_be_visible()

    visitor = await visits.open(javascript=javascript)
    await visitor.goto(url)
    assert claim not in await visitor.content()
    await visitor.get_by_role("link", name="Read why").click()
    await expect(visitor.locator("dl.facts")).to_contain_text(WHY)
    await visitor.goto(f"{DEBATE}/log")
    assert claim not in await visitor.content()
    await expect(visitor.get_by_text(WHY).first).to_be_visible()

    author = await visits.open(user="author", javascript=javascript)
    await author.goto(url)
    await expect(author.locator("article.argument")).to_contain_text(claim)
    await author.goto("/notifications")
    await author.get_by_role("button", name="Read the reason").first.click()
    await expect(author.get_by_text("This is about you.")).to_be_visible()

    await moderator.get_by_role("link", name="Undo this decision").click()
    await moderator.get_by_label("Explanation, in your own words").fill(WHY_NOT)
    await moderator.get_by_role("button", name="Undo it").click()
    await expect(moderator.get_by_text("The decision is undone")).to_be_visible()
    await visitor.goto(url)
    await expect(visitor.locator("h1")).to_have_text(claim)


async def test_flag_can_be_taken_back(visits: Visits, site: Site, javascript: bool) -> None:
    _, url = await post_reply(site)
    reader = await visits.open(user="member", javascript=javascript)
    await reader.goto(f"{url}/flag")
    await reader.get_by_role("radio", name="Off topic").check()
    await reader.get_by_role("button", name="Send the flag").click()
    await reader.get_by_role("link", name="Flag", exact=True).click()
    await reader.get_by_role("button", name="Take the flag back").click()
    await expect(reader.get_by_text("Your flag is withdrawn.")).to_be_visible()


async def _debate(db: AsyncSession) -> Debate:
    return (await db.execute(select(Debate).filter_by(slug=DEBATE.rpartition("/")[2]))).scalar_one()

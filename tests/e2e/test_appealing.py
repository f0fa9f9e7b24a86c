"""A moderator hides, the author reads why and appeals, another moderator overturns, and it stands as before."""

from playwright.async_api import expect

from tests.e2e.site import Site
from tests.e2e.test_moderating import WHY, WHY_NOT, post_reply
from tests.e2e.visits import Visits

WORDS = "These words are the essay's own, where it quotes its opponents in paragraph two."


async def test_appeal_that_is_overturned(visits: Visits, site: Site, javascript: bool) -> None:
    visits.expect(422)
    claim, url = await post_reply(site)
    keeper = await visits.open(user="keeper", javascript=javascript)
    await keeper.goto(f"{url}/moderate")
    await keeper.get_by_label("House rule").select_option("civil")
    await keeper.get_by_label("Explanation, in your own words").fill(WHY)
    await keeper.get_by_role("button", name="Decide").click()
    await expect(keeper.get_by_text("The decision stands")).to_be_visible()

    author = await visits.open(user="author", javascript=javascript)
    await author.goto("/account")
    await author.get_by_role("link", name="Decisions about you").click()
    await expect(author.locator("ol.entries li").first).to_contain_text(WHY)
    await author.locator("ol.entries li").first.get_by_role("link", name="Hidden").click()
    await expect(author.locator("header.page-header")).to_contain_text("This is about you.")
    await expect(author.locator("#redress")).to_contain_text("the courts stay open")
    await author.get_by_role("link", name="Appeal against it").click()
    await author.get_by_label("Why it is wrong").fill("No.")
    await author.get_by_role("button", name="Send the appeal").click()
    await expect(author.get_by_label("Why it is wrong")).to_have_value("No.")
    await author.get_by_label("Why it is wrong").fill(WORDS)
    await author.get_by_role("button", name="Send the appeal").click()
    await expect(author.get_by_text("Your appeal waits for a moderator who did not make").first).to_be_visible()

    await keeper.goto("/moderation")
    await keeper.get_by_role("link", name="Appeals").click()
    await keeper.get_by_role("link", name=WORDS).last.click()
    await expect(keeper.get_by_text("You cannot answer this appeal.")).to_be_visible()

    deputy = await visits.open(user="deputy", javascript=javascript)
    await deputy.goto(keeper.url)
    await expect(deputy.locator("article.argument")).to_contain_text(claim)
    await deputy.get_by_role("radio", name="Undo the decision").check()
    await deputy.get_by_label("Explanation, in your own words").fill(WHY_NOT)
    await deputy.get_by_role("button", name="Answer the appeal").click()
    await expect(deputy.get_by_text("The appeal is answered")).to_be_visible()

    visitor = await visits.open(javascript=javascript)
    await visitor.goto(url)
    await expect(visitor.locator("h1")).to_have_text(claim)
    await author.goto("/account/decisions")
    await expect(author.locator("ol.entries")).to_contain_text("Appeal answered: undone")
    await author.goto("/notifications")
    await expect(author.get_by_text("Your appeal was answered: the decision is undone").first).to_be_visible()

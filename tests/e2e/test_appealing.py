"""A moderator hides, the author reads why and appeals, another moderator overturns, and it stands as before."""

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
    assert await keeper.get_by_text("The decision stands").is_visible()

    author = await visits.open(user="author", javascript=javascript)
    await author.goto("/account")
    await author.get_by_role("link", name="Decisions about you").click()
    assert WHY in await author.locator("ol.entries li").first.inner_text()
    await author.locator("ol.entries li").first.get_by_role("link", name="Hidden").click()
    assert "This is about you." in await author.locator("header.page-header").inner_text()
    assert "the courts stay open" in await author.locator("#redress").inner_text()
    await author.get_by_role("link", name="Appeal against it").click()
    await author.get_by_label("Why it is wrong").fill("No.")
    await author.get_by_role("button", name="Send the appeal").click()
    assert await author.get_by_label("Why it is wrong").input_value() == "No."
    await author.get_by_label("Why it is wrong").fill(WORDS)
    await author.get_by_role("button", name="Send the appeal").click()
    assert await author.get_by_text("Your appeal waits for a moderator who did not make").first.is_visible()

    await keeper.goto("/moderation")
    await keeper.get_by_role("link", name="Appeals").click()
    await keeper.get_by_role("link", name=WORDS).last.click()
    assert await keeper.get_by_text("You cannot answer this appeal.").is_visible()

    deputy = await visits.open(user="deputy", javascript=javascript)
    await deputy.goto(keeper.url)
    assert claim in await deputy.locator("article.argument").inner_text()
    await deputy.get_by_role("radio", name="Undo the decision").check()
    await deputy.get_by_label("Explanation, in your own words").fill(WHY_NOT)
    await deputy.get_by_role("button", name="Answer the appeal").click()
    assert await deputy.get_by_text("The appeal is answered").is_visible()

    visitor = await visits.open(javascript=javascript)
    await visitor.goto(url)
    assert await visitor.locator("h1").inner_text() == claim
    await author.goto("/account/decisions")
    assert "Appeal answered: undone" in await author.locator("ol.entries").inner_text()
    await author.goto("/notifications")
    assert await author.get_by_text("Your appeal was answered: the decision is undone").first.is_visible()

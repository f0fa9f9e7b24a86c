"""A moderator finds votes that look arranged, sees what discounting them would change, decides, and undoes it."""

from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.rings import make_ring_debate
from tests.e2e.site import Site
from tests.e2e.test_accessibility import complaints
from tests.e2e.visits import Visits

WHY = "Six agreements within one minute, and none with anybody else."


async def test_dry_run_decision_and_undoing(visits: Visits, site: Site, javascript: bool) -> None:
    visits.expect(422)
    debate = await make_ring_debate(site, f"ring-{uuid4().hex[:8]}")
    moderator = await visits.open(user="keeper", javascript=javascript)
    await moderator.goto(f"{debate}/log")
    await moderator.get_by_role("link", name="Votes that look arranged").click()
    await expect(moderator.get_by_role("checkbox", name="Member")).to_be_checked()
    await moderator.get_by_role("button", name="Show what discounting these would change").click()
    await expect(moderator.get_by_text("6 votes and 0 judgements")).to_be_visible()
    if javascript:
        assert [complaint async for complaint in complaints(moderator)] == []
    await moderator.get_by_role("button", name="Discount these votes").click()
    await expect(moderator.locator(".field-error").first).to_be_visible()
    await moderator.get_by_label("House rule").select_option("honest")
    await moderator.get_by_label("Explanation, in your own words").fill(WHY)
    await moderator.get_by_role("button", name="Discount these votes").click()
    await expect(moderator.get_by_text("The decision stands")).to_be_visible()

    voter = await visits.open(user="member", javascript=javascript)
    await voter.goto("/notifications")
    await expect(voter.get_by_text("discounted votes of yours").first).to_be_visible()
    await voter.locator(".entries .claim button").first.click()
    await expect(voter.get_by_text("you among them")).to_be_visible()

    await moderator.get_by_role("link", name="Undo this decision").click()
    await moderator.get_by_label("Explanation, in your own words").fill("The member has read them all before.")
    await moderator.get_by_role("button", name="Undo it").click()
    await expect(moderator.get_by_text("The decision is undone")).to_be_visible()

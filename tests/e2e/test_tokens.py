"""Making an access token in a browser, letting a program use it, and revoking it."""

import httpx
from playwright.async_api import expect

from tests.e2e.site import YARD, Site
from tests.e2e.visits import Visits
from tests.factories import PASSWORD

NOTE = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "type": "Annotation",
    "body": {"type": "TextualBody", "value": "A program asks whether anybody has counted."},
}


async def test_a_token_is_made_used_and_revoked(visits: Visits, site: Site, javascript: bool) -> None:
    page = await visits.open(user="member", javascript=javascript)
    await page.goto("/account")
    await page.get_by_role("link", name="Access tokens").click()
    await page.get_by_label("Name", exact=True).fill("Reading list")
    await page.get_by_label("How long it works").select_option("A week")
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("button", name="Make the token").click()
    notice = page.get_by_role("status").filter(has_text="Your new token")
    await expect(notice).to_be_visible()
    token = await notice.locator("code").inner_text()
    assert await _post(site, token) == 422  # It is let in; what it sends has no target.

    await page.goto("/account/tokens")
    assert token not in await page.content()
    row = page.get_by_role("row", name="Reading list").first
    await expect(row).not_to_contain_text("never")
    await row.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("That token is revoked.")).to_be_visible()
    assert await _post(site, token) == 401


async def _post(site: Site, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/ld+json"}
    async with httpx.AsyncClient(base_url=site.origin) as program:
        return (await program.post(f"{YARD}/annotations/", json=NOTE, headers=headers)).status_code

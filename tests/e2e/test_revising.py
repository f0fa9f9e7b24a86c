"""A host words the essay anew, sees what becomes of every note, places one by hand, publishes; readers find it."""

import re
from uuid import uuid4

from playwright.async_api import Page, expect

from app.db import transaction
from app.models import DebateRole, DebateRoleKind
from tests.e2e.site import Site
from tests.e2e.visits import Visits
from tests.e2e.waiting import comes_to
from tests.factories import ESSAY, make_annotation, make_debate

NEW = "A preface for those who come late.\n\nThe mill should stay here. It feeds the town.\n\nThe wind *needs* praise."


async def open_debate(site: Site) -> str:
    """With a note that stays, one that changes and two that are lost; its address."""
    slug = f"mill-{uuid4().hex[:8]}"
    async with transaction(site.engine) as db:
        debate = await make_debate(db, slug)
        db.add(DebateRole(debate_id=debate.id, user_id=site.cast["host"].id, kind=DebateRoleKind.HOST))
        for exact in (
            "It feeds the town.",
            "The mill should stay.",
            "Nobody has measured it.",
            "The river needs rest.",
        ):
            await make_annotation(db, debate, site.cast["author"], f"On “{exact}”", exact)
    return f"/debates/{slug}"


async def outcomes(page: Page) -> dict[str, str]:
    """How many passages there are in each state, by its name."""
    rows = await page.locator("table tbody tr").all()
    return {
        (await row.locator("th").inner_text()).split()[0]: await row.locator("td").first.inner_text() for row in rows
    }


async def test_a_host_publishes_and_readers_find_what_was_lost(visits: Visits, site: Site, javascript: bool) -> None:
    visits.expect(422)
    url = await open_debate(site)
    host = await visits.open(user="host", javascript=javascript)
    await host.goto(f"{url}/essay")
    await host.get_by_role("link", name="Revision 1").click()
    await host.get_by_role("link", name="Edit the essay").click()
    await host.get_by_role("button", name="Save and see").click()
    await expect(host.locator(".field-error").first).to_contain_text("nothing has been changed yet")
    await host.get_by_label("The essay", exact=True).fill(NEW)
    await host.get_by_label("What has changed").fill("The wind instead of the river.")
    await host.get_by_role("button", name="Save and see").click()
    await comes_to(lambda: outcomes(host), {"Orphan": "2", "Fuzzy": "1", "Moved": "1", "Exact": "0"})
    await expect(host.locator("ins").first).to_have_text("A preface for those who come late.")
    await place_by_hand(host)
    await comes_to(lambda: outcomes(host), {"Orphan": "1", "Fuzzy": "2", "Moved": "1", "Exact": "0"})
    await host.get_by_role("button", name="Publish revision 2").click()
    await expect(host.get_by_text("The new revision is published.")).to_be_visible()
    await read_what_was_lost(visits, url, javascript)


async def place_by_hand(host: Page) -> None:
    await host.get_by_role("link", name="Place it by hand for “The river needs rest.”").click()
    await host.get_by_text("Choose another paragraph").click()
    await host.get_by_role("link", name="§3").click()
    await host.get_by_label("Or only these exact words").fill("The wind needs praise.")
    await host.get_by_role("button", name="They stand on these words").click()
    await expect(host.get_by_text("By hand", exact=True)).to_be_visible()


async def read_what_was_lost(visits: Visits, url: str, javascript: bool) -> None:
    reader = await visits.open(javascript=javascript)
    await reader.goto(f"{url}/essay")
    await reader.get_by_role("link", name="1 passage no longer in the text").click()
    lost = reader.get_by_role("listitem").filter(has_text="Nobody has measured it.")
    await expect(lost.get_by_text("Revision 1, paragraph 2")).to_be_visible()
    await lost.get_by_role("link", name="“Nobody has measured it.”").first.click()
    await expect(reader.get_by_text("The essay no longer has these words.")).to_be_visible()
    await expect(reader.get_by_text("On “Nobody has measured it.”")).to_be_visible()
    await reader.get_by_role("link", name="revision 1").click()
    await expect(reader.get_by_text("This is revision 1 of 2")).to_be_visible()
    await reader.get_by_role("link", name="what has changed since").click()
    await expect(reader.get_by_text("The host says: The wind instead of the river.")).to_be_visible()


async def test_of_two_hosts_the_second_sees_both_texts(visits: Visits, site: Site, javascript: bool) -> None:
    visits.expect(409)
    url = await open_debate(site)
    first, second = [await visits.open(user="host", javascript=javascript) for _ in range(2)]
    for page in (first, second):
        await page.goto(f"{url}/essay/edit")
    await first.get_by_label("The essay", exact=True).fill(NEW)
    await first.get_by_role("button", name="Save and see").click()
    await first.get_by_role("button", name="Publish revision 2").click()
    await expect(first.get_by_text("The new revision is published.")).to_be_visible()
    await second.get_by_label("The essay", exact=True).fill(ESSAY + "\n\nMine.")
    await second.get_by_role("button", name="Save and see").click()
    await expect(second.get_by_role("alert")).to_contain_text("The essay has changed meanwhile")
    await expect(second.get_by_label("The essay", exact=True)).to_have_value(re.compile("Mine."))
    await expect(second.get_by_label("as it stands now")).to_have_value(re.compile("The wind"))

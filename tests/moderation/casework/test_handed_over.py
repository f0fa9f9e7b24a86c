"""What somebody works on waits for others once they moderate there no more."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.roles import set_role
from app.models import Case, Role
from tests.moderation.casework.conftest import open_case, shown
from tests.moderation.conftest import BrowserOf, Scene, argue, decision

LEFT = (None, None, None)


async def held(scene: Scene, name: str) -> Case:
    """Claimed by somebody, and handed to them."""
    person, until = scene.cast[name].id, datetime.now(UTC) + timedelta(minutes=9)
    return await open_case(scene, claimed_by_id=person, claimed_until=until, assigned_to_id=person)


async def work_on(scene: Scene, case: Case) -> tuple[int | None, datetime | None, int | None]:
    case = await scene.fresh(case)
    return case.claimed_by_id, case.claimed_until, case.assigned_to_id


@pytest.mark.parametrize("fate", ["stepped down", "lost the role", "suspended here", "suspended"])
async def test_who_moderates_no_more_works_on_nothing(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    case = await held(scene, "debate_moderator")
    await _end(scene, browser_of, fate)
    assert await work_on(scene, case) == LEFT
    other = await browser_of(scene.cast["host"])
    assert await shown(other, "holder=free") == [case.id]
    assert (await other.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


async def _end(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    admin = await browser_of(scene.cast["administrator"])
    if fate == "stepped down":
        browser = await browser_of(scene.cast["debate_moderator"])
        made = await browser.post("/debates/mill/moderators/step-down")
    elif fate == "lost the role":
        role = decision(seen="moderator", role="none")
        made = await admin.post("/debates/mill/people/debate_moderator/role", data=role)
    elif fate == "suspended here":
        form = decision(action="suspend", hours="24", version="0")
        made = await admin.post("/debates/mill/people/debate_moderator/measures", data=form)
    else:
        made = await admin.post("/people/debate_moderator/restrict", data=decision(kind="suspend", hours="24"))
    assert made.status_code == 303, made.text


async def test_who_loses_the_role_on_the_site_keeps_what_they_do_as_host(scene: Scene) -> None:
    case = await held(scene, "host")
    kept = await work_on(scene, case)
    await set_role(scene.db, scene.cast["host"], Role.MEMBER)
    assert await work_on(scene, case) == kept


async def test_cases_of_colleagues_are_left_to_them(scene: Scene, browser_of: BrowserOf) -> None:
    case = await held(scene, "host")
    kept = await work_on(scene, case)
    await _end(scene, browser_of, "stepped down")
    assert await work_on(scene, case) == kept


async def test_next_case_is_one_that_was_handed_to_who_has_argued_since(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene, assigned_to_id=scene.cast["host"].id)
    browser = await browser_of(scene.cast["debate_moderator"])
    assert (await browser.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    await argue(scene, "host")
    assert (await browser.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


async def test_a_case_that_opens_again_is_not_handed_to_who_has_left(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene, assigned_to_id=scene.cast["debate_moderator"].id)
    host = await browser_of(scene.cast["host"])
    made = await host.post(f"/moderation/cases/{case.id}/decide", data=decision(action="hide", version="1"))
    await _end(scene, browser_of, "stepped down")
    url = made.headers["location"].partition("?")[0]
    assert (await host.post(f"{url}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(case)).closed_at is None
    assert case.assigned_to_id is None

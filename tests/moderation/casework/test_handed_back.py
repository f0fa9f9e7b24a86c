"""What a decision took from who worked on it is handed to them again when it is undone."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Appeal, Case, Decision
from tests.moderation.casework.conftest import open_case
from tests.moderation.casework.test_handed_over import held, work_on
from tests.moderation.conftest import BrowserOf, Scene, argue, decision, flag

MODERATOR = "debate_moderator"
FATES = {
    "lost the role": ("/debates/mill/people/debate_moderator/role", {"seen": "moderator", "role": "none"}),
    "suspended here": ("/debates/mill/people/debate_moderator/measures", {"action": "suspend", "hours": "24"}),
    "suspended": ("/people/debate_moderator/restrict", {"kind": "suspend", "hours": "24"}),
}


async def decide(browser: AsyncClient, fate: str) -> str:
    """The address of the decision."""
    address, fields = FATES[fate]
    version = re.search(r'name="version" value="(\d+)"', (await browser.get(address)).text)
    made = await browser.post(address, data=decision(**fields, version=version[1] if version else ""))
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


async def foretold(browser: AsyncClient, made: str) -> str:
    """What the page says about cases before it is undone."""
    page = re.sub(r"</?bdi>", "", (await browser.get(f"{made}/undo")).text)
    found = re.search(r"<p>(\d+ cases? (?:is|are) then handed to .+? again\.)</p>", page)
    return found[1] if found else ""


async def undo(browser: AsyncClient, made: str) -> None:
    answer = await browser.post(f"{made}/undo", data=decision())
    assert answer.status_code == 303, answer.text


async def holder(scene: Scene, case: Case) -> int | None:
    assigned: int | None = (await scene.fresh(case)).assigned_to_id
    return assigned


@pytest.mark.parametrize("fate", FATES)
async def test_undoing_hands_back_what_was_taken_but_no_claim(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    cases = [await held(scene, MODERATOR) for _ in range(2)]
    others, free = await held(scene, "host"), await open_case(scene)
    admin = await browser_of(scene.cast["administrator"])
    made = await decide(admin, fate)
    assert [await holder(scene, case) for case in cases] == [None, None]
    assert await foretold(admin, made) == "2 cases are then handed to Debate_Moderator again."
    await undo(admin, made)
    for case in cases:
        assert await work_on(scene, case) == (None, None, scene.cast[MODERATOR].id)
    assert await holder(scene, others) == scene.cast["host"].id
    assert await holder(scene, free) is None


async def test_what_is_closed_or_handed_to_somebody_else_meanwhile_stays_so(
    scene: Scene, browser_of: BrowserOf
) -> None:
    closed, handed_on, waiting = [await held(scene, MODERATOR) for _ in range(3)]
    admin = await browser_of(scene.cast["administrator"])
    made = await decide(admin, "suspended")
    await admin.post(f"/moderation/cases/{closed.id}/decide", data=decision(action="hide", version="1"))
    note = {"words": "Please read this one.", "to": scene.cast["host"].id}
    assert (await admin.post(f"/moderation/cases/{handed_on.id}/notes", data=note)).status_code == 303
    assert await foretold(admin, made) == "1 case is then handed to Debate_Moderator again."
    await undo(admin, made)
    held_by = [await holder(scene, case) for case in (closed, handed_on, waiting)]
    assert held_by == [None, scene.cast["host"].id, scene.cast[MODERATOR].id]


@pytest.mark.parametrize("fate", FATES)
async def test_nothing_is_handed_back_to_who_could_not_decide_it(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    case = await held(scene, MODERATOR)
    admin = await browser_of(scene.cast["administrator"])
    made = await decide(admin, fate)
    await argue(scene, MODERATOR)
    assert await foretold(admin, made) == ""
    await undo(admin, made)
    assert await holder(scene, case) is None


@pytest.mark.parametrize("last", [0, 1, 2])
async def test_of_several_decisions_the_last_to_be_undone_hands_back(
    scene: Scene, browser_of: BrowserOf, last: int
) -> None:
    case = await held(scene, MODERATOR)
    admin = await browser_of(scene.cast["administrator"])
    made = [await decide(admin, fate) for fate in FATES]
    final = made.pop(last)
    for each in made:
        assert await foretold(admin, each) == ""
        await undo(admin, each)
        assert await holder(scene, case) is None
    assert await foretold(admin, final) == "1 case is then handed to Debate_Moderator again."
    await undo(admin, final)
    assert await holder(scene, case) == scene.cast[MODERATOR].id


async def test_a_moderator_of_the_site_has_cases_of_people_again(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author")
    case = await scene.open_case()
    case.assigned_to_id = scene.cast["site_moderator"].id
    await scene.db.commit()
    admin = await browser_of(scene.cast["administrator"])
    sent = await admin.post("/people/site_moderator/restrict", data=decision(kind="suspend", hours="24"))
    made = sent.headers["location"].partition("?")[0]
    assert await holder(scene, case) is None
    assert await foretold(admin, made) == "1 case is then handed to Site_Moderator again."
    await undo(admin, made)
    assert await holder(scene, case) == scene.cast["site_moderator"].id


async def test_an_appeal_that_succeeds_hands_back_too(scene: Scene, browser_of: BrowserOf) -> None:
    case = await held(scene, MODERATOR)
    made = await decide(await browser_of(scene.cast["site_moderator"]), "suspended")
    suspended = await browser_of(scene.cast[MODERATOR])
    assert (await suspended.post(f"{made}/appeal", data={"words": "I had flagged nobody at all."})).status_code == 303
    appeal = (await scene.db.scalars(select(Appeal.id))).one()
    await scene.db.commit()
    admin = await browser_of(scene.cast["administrator"])
    answer = decision(outcome="overturned", version="0")
    assert (await admin.post(f"/moderation/appeals/{appeal}/answer", data=answer)).status_code == 303
    assert await holder(scene, case) == scene.cast[MODERATOR].id


async def test_only_who_may_undo_it_reads_how_many(scene: Scene, browser_of: BrowserOf) -> None:
    await held(scene, MODERATOR)
    made = await decide(await browser_of(scene.cast["administrator"]), "suspended")
    assert await foretold(await browser_of(scene.cast["host"]), made) == ""


async def test_who_had_nothing_gets_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    admin = await browser_of(scene.cast["administrator"])
    made = await decide(admin, "suspended here")
    assert (await scene.db.scalars(select(Decision.change).order_by(Decision.id.desc()).limit(1))).one() is None
    assert await foretold(admin, made) == ""
    await undo(admin, made)
    assert await holder(scene, case) is None

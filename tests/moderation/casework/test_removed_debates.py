"""Cases of a debate that was removed wait out of sight, as the debate does, and are there again with it."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Case, HeldPost, HeldReason, Position, Proposal, Stance
from tests.factories import make_argument
from tests.moderation.casework.conftest import open_case_of, shown
from tests.moderation.casework.test_bulk import bulk
from tests.moderation.conftest import SECRET, WHY, BrowserOf, Scene, decision, flag
from tests.moderation.measures.test_kept_out import HERE, been_suspended, suspend
from tests.moderation.measures.test_told_of_measures import remove

MOTION, TITLE = "Wind or water", "How the mill is driven"
OTHERS = ("site_moderator", "host", "debate_moderator")
STAFF = (*OTHERS, "administrator")


@pytest.fixture
async def case(scene: Scene) -> Case:
    """Of the text that carries the secret word, in the debate that the tests remove."""
    scene.debate.motion = f"{MOTION}?"
    return await open_case_of(scene, scene.reply, scene.cast["member"])


@pytest.mark.parametrize("name", STAFF)
async def test_it_is_not_in_the_queue(scene: Scene, case: Case, browser_of: BrowserOf, name: str) -> None:
    browser = await browser_of(scene.cast[name])
    assert SECRET in (await browser.get("/moderation")).text
    made = await remove(scene, browser_of)
    for query in ("", "debate=mill", "order=weightiest", "show=many"):
        assert await shown(browser, query) == []
    assert "Nothing waits for a decision." in (await browser.get("/moderation")).text
    assert (await _next(browser)) == "/moderation?done=no_case"
    await (await browser_of(scene.cast["administrator"])).post(f"{made}/undo", data=decision())
    assert await shown(browser) == [case.id]
    assert (await _next(browser)).startswith(f"/moderation/cases/{case.id}?")


async def _next(browser: AsyncClient) -> str:
    return str((await browser.post("/moderation/next")).headers["location"])


@pytest.mark.parametrize("name", OTHERS)
async def test_neither_case_nor_motion_is_shown_to_others(
    scene: Scene, case: Case, browser_of: BrowserOf, name: str
) -> None:
    await remove(scene, browser_of)
    browser = await browser_of(scene.cast[name])
    assert MOTION not in (await browser.get("/moderation")).text
    assert (await browser.get(f"/moderation/cases/{case.id}")).status_code == 404
    sent = decision(action="hide", version=str(case.version))
    assert (await browser.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 404
    assert SECRET not in (await browser.post("/moderation/bulk", data=bulk([case]))).text
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


async def test_administrators_read_the_case_as_they_read_the_debate(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    await remove(scene, browser_of)
    page = await (await browser_of(scene.cast["administrator"])).get(f"/moderation/cases/{case.id}")
    assert page.status_code == 200
    assert SECRET in page.text


async def test_other_cases_stay_in_the_queue(scene: Scene, case: Case, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/member", "spam")
    dam = await scene.fresh_debate("dam")
    side = (await scene.db.scalars(select(Position).filter_by(debate_id=dam.id, number=1))).one()
    argument = await make_argument(scene.db, dam, scene.cast["author"], position=side)
    of_dam = Case(debate_id=dam.id, argument_id=argument.id, flag_count=1, score=1.0, reasons=["spam"])
    scene.db.add(of_dam)
    await scene.db.commit()
    await remove(scene, browser_of)
    browser = await browser_of(scene.cast["site_moderator"])
    assert "2 open cases" in (await browser.get("/moderation")).text
    assert len(await shown(browser)) == 2
    assert await shown(browser, "debate=dam") == [of_dam.id]


@pytest.mark.parametrize("name", ["site_moderator", "administrator"])
async def test_case_of_a_person_withholds_what_they_wrote_there(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    scene.debate.motion = f"{MOTION}?"
    await scene.db.commit()
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author", "spam")
    case = await scene.open_case()
    await remove(scene, browser_of)
    page = (await (await browser_of(scene.cast[name])).get(f"/moderation/cases/{case.id}")).text
    is_shown = name == "administrator"
    assert (SECRET in page) == is_shown
    assert (MOTION in page) == is_shown
    assert page.count("in a removed debate") == (0 if is_shown else 2)


async def test_what_one_decided_there_is_listed_without_motion_and_text(
    scene: Scene, case: Case, browser_of: BrowserOf
) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    sent = decision(action="dismiss", version=str(case.version))
    made = (await browser.post(f"/moderation/cases/{case.id}/decide", data=sent)).headers["location"].partition("?")[0]
    assert MOTION in (await browser.get("/moderation/activity")).text
    await remove(scene, browser_of)
    page = (await browser.get("/moderation/activity")).text
    assert made in page
    assert MOTION not in page
    assert SECRET not in page
    undone = (await browser.post(f"{made}/undo", data=decision())).headers["location"].partition("?")[0]
    assert f"/moderation/cases/{case.id}" not in (await browser.get(undone)).text


@pytest.mark.parametrize("name", STAFF)
async def test_posts_that_wait_there_are_not_listed(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    fields = {"claim": f"The {SECRET} again.", "grounds": "It is."}
    place = {"debate_id": scene.debate.id, "author_id": scene.cast["newcomer"].id}
    scene.db.add(HeldPost(**place, reason=HeldReason.FIRST_POST, watched="", fields=fields, idempotency_key="1"))
    await scene.db.commit()
    browser = await browser_of(scene.cast[name])
    assert SECRET in (await browser.get("/moderation/waiting")).text
    await remove(scene, browser_of)
    assert SECRET not in (await browser.get("/moderation/waiting")).text


@pytest.mark.parametrize("name", ["site_moderator", "administrator"])
async def test_proposals_withhold_its_motion(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    scene.debate.motion = f"{MOTION}?"
    await been_suspended(scene, 34, 4, undone=True)
    await suspend(await browser_of(scene.cast["debate_moderator"]), HERE)
    browser = await browser_of(scene.cast[name])
    proposal = (await scene.db.scalars(select(Proposal.id))).one()
    url = f"/moderation/proposals/{proposal}"
    assert MOTION in (await browser.get("/moderation/proposals")).text
    await remove(scene, browser_of)
    is_shown = name == "administrator"
    for of_debate in (await scene.db.scalars(select(Proposal.id).order_by(Proposal.id))).all():
        page = (await browser.get(f"/moderation/proposals/{of_debate}")).text
        assert (MOTION in page) == is_shown
        assert ("A removed debate" in page) != is_shown
    assert url not in (await browser.get("/moderation/proposals")).text
    await browser.post(f"{url}/turn-down", data={"explanation": WHY})
    closed = (await browser.get("/moderation/proposals")).text
    assert url in closed
    assert (MOTION in closed) == is_shown


async def test_nothing_is_confirmed_there_until_the_removal_is_undone(scene: Scene, browser_of: BrowserOf) -> None:
    await been_suspended(scene, 34, 4, undone=True)
    await suspend(await browser_of(scene.cast["debate_moderator"]), HERE)
    url = f"/moderation/proposals/{(await scene.db.scalars(select(Proposal.id))).one()}"
    made = await remove(scene, browser_of)
    browser = await browser_of(scene.cast["site_moderator"])
    assert "Its debate was removed" in (await browser.get(url)).text
    assert f"{url}/confirm" not in (await browser.get(url)).text
    assert (await browser.post(f"{url}/confirm")).status_code == 409
    await browser.post(f"{made}/undo", data=decision())
    assert url in (await browser.get("/moderation/proposals")).text
    assert (await browser.post(f"{url}/confirm")).status_code == 303


async def test_own_lists_name_it_no_more(scene: Scene, browser_of: BrowserOf) -> None:
    scene.debate.motion, scene.debate.title = f"{MOTION}?", TITLE
    member = scene.cast["member"]
    scene.db.add(Stance(debate_id=scene.debate.id, user_id=member.id))
    place = {"debate_id": scene.debate.id, "author_id": member.id, "parent_argument_id": scene.root.id}
    fields = {"claim": SECRET, "relation": "rebut", "grounds": ""}
    scene.db.add(HeldPost(**place, reason=HeldReason.FIRST_POST, watched="", fields=fields, idempotency_key="1"))
    await scene.db.commit()
    browser = await browser_of(member)
    assert MOTION in (await browser.get("/account/votes")).text
    assert TITLE in (await browser.get("/account/waiting")).text
    await remove(scene, browser_of)
    assert MOTION not in (await browser.get("/account/votes")).text
    page = (await browser.get("/account/waiting")).text
    assert TITLE not in page
    assert "In a removed debate" in page

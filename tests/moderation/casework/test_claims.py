"""Two moderators never trip over each other: claims, the next case, and twenty who decide at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.models import Case, Decision, Role
from tests.factories import make_user
from tests.moderation.casework.conftest import open_case
from tests.moderation.conftest import BrowserOf, Scene, argue, decision, leave_alone

MODERATORS = 20


def _answer(case: Case, **fields: str) -> dict[str, str]:
    return {**decision(action="hide", version=str(case.version)), **fields}


async def test_of_twenty_moderators_who_decide_at_once_one_succeeds(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    people = [await make_user(scene.db, role=Role.MODERATOR) for _ in range(MODERATORS)]
    await scene.db.commit()
    browsers = [await browser_of(person) for person in people]
    url = f"/moderation/cases/{case.id}/decide"

    async def decide(browser: AsyncClient) -> Response:
        """On a busy machine a connection is waited for in vain: the page asks to try again, and so it is done."""
        answer = await browser.post(url, data=_answer(case))
        return answer if answer.status_code != 503 else await decide(browser)

    answers = await asyncio.gather(*map(decide, browsers))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303, *[409] * (MODERATORS - 1)]
    assert all("Not decided" in answer.text for answer in answers if answer.status_code == 409)
    made = await scene.db.execute(select(func.count()).where(Decision.case_id == case.id))
    assert made.scalar_one() == 1


async def test_claimed_case_takes_a_second_press_of_others(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    holder, other = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "site_moderator")]
    await holder.post(f"/moderation/cases/{case.id}/claim")
    first = await other.post(f"/moderation/cases/{case.id}/decide", data=_answer(case))
    assert first.status_code == 409
    assert "somebody else works on this case" in first.text
    assert 'name="take_over"' in first.text
    second = await other.post(f"/moderation/cases/{case.id}/decide", data=_answer(case, take_over="yes"))
    assert second.status_code == 303


async def test_holder_of_a_claim_decides_without_more(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    holder = await browser_of(scene.cast["debate_moderator"])
    await holder.post(f"/moderation/cases/{case.id}/claim")
    answer = await holder.post(f"/moderation/cases/{case.id}/decide", data=_answer(case))
    assert answer.status_code == 303


async def test_claim_ends_by_itself(scene: Scene, browser_of: BrowserOf) -> None:
    a_minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    case = await open_case(scene, claimed_by_id=scene.cast["host"].id, claimed_until=a_minute_ago)
    other = await browser_of(scene.cast["debate_moderator"])
    assert "Nobody works on this case" in (await other.get(f"/moderation/cases/{case.id}")).text
    assert (await other.post(f"/moderation/cases/{case.id}/decide", data=_answer(case))).status_code == 303


async def test_claim_is_shown_to_others_and_renewed_and_let_go(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    url = f"/moderation/cases/{case.id}"
    holder, other = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    await holder.post(f"{url}/claim")
    first = (await scene.fresh(case)).claimed_until
    await holder.post(f"{url}/claim")
    assert (await scene.fresh(case)).claimed_until > first
    for page in (
        await other.get(url),
        await other.get("/moderation"),
        await other.get(f"/moderation/claims?cases={case.id}"),
    ):
        assert "Debate_Moderator</bdi>" in page.text
    assert (await other.post(f"{url}/claim")).status_code == 409
    await other.post(f"{url}/release")
    assert (await scene.fresh(case)).claimed_by_id is not None
    await holder.post(f"{url}/release")
    assert (await scene.fresh(case)).claimed_by_id is None
    assert case.version == 1


async def test_claims_of_other_debates_are_not_told(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    answer = await (await browser_of(scene.cast["other_moderator"])).get(f"/moderation/claims?cases={case.id}")
    assert f"holder-{case.id}" not in answer.text


async def test_next_case_comes_claimed_and_passes_over_what_others_hold(scene: Scene, browser_of: BrowserOf) -> None:
    cases = [await open_case(scene) for _ in range(3)]
    first, second = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    for browser, case in ((first, cases[0]), (second, cases[1])):
        answer = await browser.post("/moderation/next")
        assert answer.headers["location"] == f"/moderation/cases/{case.id}?"
    answer = await first.post("/moderation/next", data={"after": str(cases[0].id)})
    assert answer.headers["location"] == f"/moderation/cases/{cases[2].id}?"


async def test_next_case_is_none_that_one_may_not_decide(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = scene.cast["debate_moderator"]
    for author in (scene.cast["host"], scene.cast["site_moderator"]):
        await open_case(scene, author=author)
    browser = await browser_of(moderator)
    assert (await browser.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    open_to_all = await open_case(scene)
    await open_case(scene, assigned_to_id=scene.cast["administrator"].id)
    for after in ("", str(open_to_all.id)):
        answer = await browser.post("/moderation/next", data={"after": after})
        expected = "/moderation?done=no_case" if after else f"/moderation/cases/{open_to_all.id}?"
        assert answer.headers["location"] == expected


async def test_next_case_is_none_for_who_has_argued_while_somebody_else_can_decide(
    scene: Scene, browser_of: BrowserOf
) -> None:
    case = await open_case(scene, opened_at=datetime.now(UTC) - timedelta(hours=25))
    await argue(scene, "host")
    browser = await browser_of(scene.cast["host"])
    assert (await browser.post("/moderation/next")).headers["location"] == "/moderation?done=no_case"
    assert (await browser.post(f"/moderation/cases/{case.id}/claim")).status_code == 403
    await leave_alone(scene, "host")
    assert (await browser.post("/moderation/next")).headers["location"] == f"/moderation/cases/{case.id}?"


async def test_after_a_decision_the_next_of_the_view_is_there(scene: Scene, browser_of: BrowserOf) -> None:
    heavy = [await open_case(scene, score=score) for score in (9.0, 1.0, 6.0)]
    browser = await browser_of(scene.cast["debate_moderator"])
    data = _answer(heavy[0], then="next", view="order=weightiest&score=5")
    answer = await browser.post(f"/moderation/cases/{heavy[0].id}/decide", data=data)
    location = answer.headers["location"]
    assert location.startswith(f"/moderation/cases/{heavy[2].id}?score=5&order=weightiest&decided=")
    page = (await browser.get(location)).text
    assert "Hidden by rule 1" in page
    assert f'href="/moderation/cases/{heavy[0].id}"' in page
    assert "You work on this case until" in page
    data = _answer(heavy[2], then="next", view="order=weightiest&score=5")
    last = await browser.post(f"/moderation/cases/{heavy[2].id}/decide", data=data)
    assert last.headers["location"].startswith("/moderation?score=5&order=weightiest&decided=")
    assert "/undo?then=next&amp;score=5&amp;order=weightiest" in (await browser.get(last.headers["location"])).text


async def test_only_who_decided_is_shown_it_at_the_next_case(scene: Scene, browser_of: BrowserOf) -> None:
    first, _ = await open_case(scene), await open_case(scene)
    host, other = [await browser_of(scene.cast[name]) for name in ("host", "debate_moderator")]
    place = (await host.post(f"/moderation/cases/{first.id}/decide", data=_answer(first, then="next"))).headers[
        "location"
    ]
    assert "Hidden by rule 1" in (await host.get(place)).text
    assert "Hidden by rule 1" not in (await other.get(place)).text


async def test_form_that_undoes_from_the_next_case_knows_the_way_back(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await open_case(scene), await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    await browser.post(f"/moderation/cases/{first.id}/decide", data=_answer(first, then="next", view="order=newest"))
    made = (await scene.db.execute(select(Decision).filter_by(case_id=first.id))).scalar_one()
    form = (await browser.get(f"/decisions/{made.id}/undo?then=next&at_case={second.id}&order=newest")).text
    assert "Decided by mistake a moment ago" in form
    assert f'name="at_case" value="{second.id}"' in form
    assert 'name="view" value="order=newest"' in form


@pytest.mark.parametrize("action", ["dismiss", "hide"])
async def test_undoing_on_the_way_goes_on_in_the_queue(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    """At the case that is open again, claimed anew; the other one is left to others. The view stays."""
    first, second = await open_case(scene), await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    sent = decision(action=action, version=first.version, then="next")
    await browser.post(f"/moderation/cases/{first.id}/decide", data=sent)
    made = (await scene.db.execute(select(Decision).filter_by(case_id=first.id))).scalar_one()
    back = {"then": "next", "at_case": str(second.id), "view": "order=newest", "version": str(made.id)}
    assert (await scene.fresh(second)).claimed_by_id is not None
    answer = await browser.post(f"/decisions/{made.id}/undo", data=decision(**back))
    assert (await scene.fresh(second)).claimed_by_id is None
    assert (await scene.fresh(first)).claimed_by_id is not None
    place = answer.headers["location"]
    assert place.startswith(f"/moderation/cases/{first.id}?order=newest&decided=")
    page = (await browser.get(place)).text
    assert ("Case opened again" if action == "dismiss" else "Restored") in page
    assert "/undo?then=next" not in page


async def test_who_goes_on_without_deciding_leaves_the_case_to_the_others(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await open_case(scene), await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    await browser.post("/moderation/next")
    assert (await scene.fresh(first)).claimed_by_id is not None
    gone_on = await browser.post("/moderation/next", data={"after": str(first.id)})
    assert gone_on.headers["location"].startswith(f"/moderation/cases/{second.id}")
    assert (await scene.fresh(first)).claimed_by_id is None
    assert (await scene.fresh(second)).claimed_by_id is not None

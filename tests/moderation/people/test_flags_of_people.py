"""A person is flagged from their page, has one case in the queue of the site, and is decided about there."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.doctor.examination import examine
from app.models import Action, Case, Decision, LogEntry, Notification, Sanction, WithheldName
from tests.moderation.conftest import BrowserOf, Scene, decision, flag, place_of

PERSON = "/people/author"


async def _flagged(scene: Scene, browser_of: BrowserOf, name: str = "newcomer") -> Case:
    answer = await flag(await browser_of(scene.cast[name]), PERSON, "impersonation")
    assert answer.status_code == 303, answer.text
    return await scene.open_case()


async def _decide(browser: AsyncClient, case: Case, **fields: Any) -> str:
    sent = decision(version=str(case.version), **fields)
    answer = await browser.post(f"/moderation/cases/{case.id}/decide-about-person", data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_flags_of_several_make_one_case(scene: Scene, browser_of: BrowserOf) -> None:
    browsers = [await browser_of(scene.cast[name]) for name in ("newcomer", "member", "host", "newcomer")]
    assert f"{PERSON}/flag" in (await browsers[0].get(PERSON)).text
    answers = await asyncio.gather(*(flag(browser, PERSON, "spam") for browser in browsers))
    assert [answer.headers.get("location") for answer in answers] == [f"{PERSON}?done=flagged"] * 4
    case = await scene.open_case()
    assert (case.person_id, case.debate_id, case.flag_count) == (scene.cast["author"].id, None, 3)
    assert [found.name async for found in examine(scene.db) if found.count] == []


@pytest.mark.parametrize("reason", ["duplicate", "off_topic", ""])
async def test_only_reasons_that_fit_a_person_are_taken(scene: Scene, browser_of: BrowserOf, reason: str) -> None:
    assert (await flag(await browser_of(scene.cast["newcomer"]), PERSON, reason)).status_code == 422


async def test_what_breaks_the_law_is_told_of_a_person_too(scene: Scene, browser_of: BrowserOf) -> None:
    newcomer = await browser_of(scene.cast["newcomer"])
    assert "breaks the law" in (await newcomer.get(f"{PERSON}/flag")).text
    assert (await flag(newcomer, PERSON, "illegal")).status_code == 303
    case = await scene.open_case()
    assert case.reasons == ["illegal"]
    moderator = await browser_of(scene.cast["site_moderator"])
    await _decide(moderator, case, action="rename", house_rule="law", law="Section 86a: signs of banned parties")
    law = select(Decision.law).where(Decision.action == Action.RENAME)
    assert (await scene.db.execute(law)).scalar_one() == "Section 86a: signs of banned parties"


async def test_nobody_flags_themselves(scene: Scene, browser_of: BrowserOf) -> None:
    author = await browser_of(scene.cast["author"])
    assert (await author.get(f"{PERSON}/flag")).status_code == 403
    assert f"{PERSON}/flag" not in (await author.get(PERSON)).text


async def test_flag_taken_back_closes_the_case(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    browser = await browser_of(scene.cast["newcomer"])
    assert "Take the flag back" in (await browser.get(f"{PERSON}/flag")).text
    assert (await browser.post(f"{PERSON}/unflag")).status_code == 303
    assert (await scene.fresh(case)).closed_at is not None


async def test_case_shows_the_person_and_only_to_moderators_of_the_site(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    queue = (await moderator.get("/moderation")).text
    assert "1 about a person" in queue
    assert f"/moderation/cases/{case.id}" in queue
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    for words in ("@author", "Account since", scene.reply.claim, "Nothing so far", "Take the name"):
        assert words in page
    local = await browser_of(scene.cast["debate_moderator"])
    assert (await local.get(f"/moderation/cases/{case.id}")).status_code == 404
    assert "about a person" not in (await local.get("/moderation")).text


async def test_dismissal_is_told_can_be_appealed_and_undone(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    moderator, reader = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["newcomer"])
    made = await _decide(moderator, case, action="dismiss")
    told = (await reader.get("/notifications")).text
    assert "Moderators looked at the person whom you flagged, and left them alone" in told
    about_author = select(Notification.id).where(Notification.user_id == scene.cast["author"].id)
    assert (await scene.db.scalars(about_author)).all() == []
    words = {"words": "This account bears the name of somebody else who is known."}
    assert (await reader.post(f"{made}/appeal", data=words)).status_code == 303
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
    assert (await scene.open_case()).id == case.id


@pytest.mark.parametrize("action", ["silence", "suspend"])
async def test_restriction_from_the_case_holds_on_the_site(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    case = await _flagged(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    await _decide(moderator, case, action=action, hours="72")
    in_force = select(Sanction.kind).where(Sanction.user_id == scene.cast["author"].id, Sanction.debate_id.is_(None))
    assert (await scene.db.scalars(in_force)).one() == action
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert made.until is not None
    reader = await browser_of(scene.cast["newcomer"])
    assert f"Moderators {action}" in (await reader.get("/notifications")).text
    item = (await scene.db.scalars(select(LogEntry.item).order_by(LogEntry.id.desc()))).first()
    assert place_of(item or {}) == {"kind": "person", "id": scene.cast["author"].id}


async def test_name_is_taken_chosen_anew_and_never_the_same(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    before = scene.cast["author"].display_name
    case = await _flagged(scene, browser_of)
    await _decide(await browser_of(scene.cast["site_moderator"]), case, action="rename")
    stand_in = f"Member {scene.cast['author'].id}"
    assert f"<h1>{stand_in}</h1>" in (await client.get(PERSON)).text
    assert stand_in in (await client.get(scene.reply_url)).text
    author = await browser_of(scene.cast["author"])
    assert "Moderators ask you to choose another name" in (await author.get("/account")).text
    refused = await author.post("/account/display-name", data={"display_name": before.upper()})
    assert refused.status_code == 422
    assert (await author.post("/account/display-name", data={"display_name": "Somebody new"})).status_code == 303
    assert "Moderators ask you to choose another name" not in (await author.get("/account")).text


async def test_undoing_gives_the_name_back_unless_another_was_chosen(scene: Scene, browser_of: BrowserOf) -> None:
    before = scene.cast["author"].display_name
    moderator = await browser_of(scene.cast["site_moderator"])
    made = await _decide(moderator, await _flagged(scene, browser_of), action="rename")
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(scene.cast["author"])).display_name == before
    assert (await scene.db.scalars(select(WithheldName.lifted_at))).one() is not None


async def test_decision_about_what_has_changed_is_a_conflict(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    seen = str(case.version)
    await _flagged(scene, browser_of, "member")
    moderator = await browser_of(scene.cast["site_moderator"])
    url = f"/moderation/cases/{case.id}/decide-about-person"
    answer = await moderator.post(url, data=decision(version=seen, action="warn"))
    assert answer.status_code == 409
    assert "Not decided" in answer.text
    fields = decision(action="warn")
    assert (await moderator.post(url, data=fields)).status_code == 422


async def test_nobody_decides_about_an_equal_or_a_higher_role(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/administrator", "spam")
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["site_moderator"])
    assert "You cannot decide this case" in (await moderator.get(f"/moderation/cases/{case.id}")).text
    sent = decision(version=str(case.version), action="warn")
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide-about-person", data=sent)).status_code == 403


async def test_several_cases_left_together_may_be_about_people_but_nobody_is_hidden(
    scene: Scene, browser_of: BrowserOf
) -> None:
    case = await _flagged(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    chosen = f"{case.id}-{case.version}"
    page = (await moderator.get("/moderation/bulk", params={"action": "hide", "case": chosen})).text
    assert "A person cannot be hidden" in page
    sent = decision(cases=chosen, action="dismiss")
    assert (await moderator.post("/moderation/bulk", data=sent)).status_code == 200
    assert (await scene.fresh(case)).closed_at is not None
    assert (await scene.db.scalars(select(Decision.action).where(Decision.case_id == case.id))).one() == Action.DISMISS


async def test_preview_decides_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = decision(version=str(case.version), action="suspend", hours="24", act="preview")
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide-about-person", data=sent)
    assert answer.status_code == 200
    assert "Nothing is decided yet" in answer.text
    assert (await scene.open_case()).id == case.id


async def test_next_case_leads_to_a_person_and_can_be_claimed_and_noted(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    answer = await moderator.post("/moderation/next", data={"view": "kind=person"})
    assert answer.headers["location"].startswith(f"/moderation/cases/{case.id}")
    noted = await moderator.post(f"/moderation/cases/{case.id}/notes", data={"words": "Seen before."})
    assert noted.status_code == 303
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "Seen before." in page
    assert "You work on this case" in page


async def test_page_that_restricts_names_the_open_case(scene: Scene, browser_of: BrowserOf) -> None:
    case = await _flagged(scene, browser_of)
    page = (await (await browser_of(scene.cast["site_moderator"])).get(f"{PERSON}/restrict")).text
    assert f"/moderation/cases/{case.id}" in page

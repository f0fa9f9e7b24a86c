"""Undoing the decision that closed a case opens it again: nothing that was flagged is left without an answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.actor import Actor
from app.doctor.examination import examine
from app.models import Action, Argument, Case, CaseNote, Decision, Flag, Notification, NotificationKind
from app.moderation.items import ItemKind, find_item
from app.moderation.reporters import find_reporter
from tests.moderation.casework.conftest import open_case, shown
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

BULK = "/moderation/bulk"


async def _decide(browser: AsyncClient, case: Case, **fields: Any) -> str:
    sent = decision(version=case.version, **{"action": "hide", **fields})
    answer = await browser.post(f"/moderation/cases/{case.id}/decide", data=sent)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def _undo(browser: AsyncClient, made: str) -> None:
    answer = await browser.post(f"{made}/undo", data=decision())
    assert answer.status_code == 303, answer.text


async def _move(scene: Scene, browser: AsyncClient, case: Case) -> str:
    """From under the root to a side of its own."""
    url = f"/debates/mill/arguments/{case.argument_id}/move"
    page = (await browser.get(url, params={"position": "side-1"})).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    sent = {**decision(), "position": "side-1", "relation": "rebut", "seen": seen}
    answer = await browser.post(url, data=sent)
    assert answer.status_code == 303, answer.text
    await scene.db.commit()
    return str(answer.headers["location"]).partition("?")[0]


def _url(case: Case) -> str:
    return f"/debates/mill/arguments/{case.argument_id}"


async def _wrong(scene: Scene) -> list[str]:
    await scene.db.commit()
    return [found.name async for found in examine(scene.db) if found.count]


@pytest.mark.parametrize("action", ["hide", "remove"])
async def test_case_waits_again_where_it_waited(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    first, second = await open_case(scene), await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(browser, first, action=action)
    assert await shown(browser) == [second.id]
    await _undo(browser, made)
    assert await shown(browser) == [first.id, second.id]
    case = await scene.fresh(first)
    assert (case.closed_at, case.flag_count, case.score) == (None, 1, 1.0)
    await _decide(browser, case, action="dismiss")  # So that they hear of it, whatever comes of it.
    told = select(Notification.decision_id).filter_by(
        user_id=scene.cast["member"].id, kind=NotificationKind.FLAG_OUTCOME
    )
    assert len((await scene.db.scalars(told)).all()) == 3


async def test_form_of_the_decision_that_was_undone_is_stale(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    await _undo(browser, await _decide(browser, case))
    sent = decision(version=case.version, action="dismiss")
    assert (await browser.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 409


async def test_outcome_of_the_flag_is_open_again(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(browser, case)
    reporter = Actor(id=scene.cast["member"].id)
    flagged = await find_item(scene.db, scene.debate.id, ItemKind.ARGUMENTS, case.argument_id or 0)
    assert (await find_reporter(scene.db, reporter, flagged)).handled_count == 1
    await scene.db.commit()
    await _undo(browser, made)
    assert (await find_reporter(scene.db, reporter, flagged)).handled_count == 0
    await scene.db.commit()
    member = await browser_of(scene.cast["member"])
    assert (await member.post(f"{_url(case)}/unflag")).status_code == 303
    assert (await scene.fresh(case)).closed_at is not None


async def test_case_is_still_handed_to_whom_it_was_and_claimed_while_that_lasts(
    scene: Scene, browser_of: BrowserOf
) -> None:
    host = scene.cast["host"]
    case = await open_case(scene, assigned_to_id=host.id, escalated_at=datetime.now(UTC))
    browser = await browser_of(host)
    await browser.post(f"/moderation/cases/{case.id}/claim")
    until = (await scene.fresh(case)).claimed_until
    await _undo(await browser_of(scene.cast["site_moderator"]), await _decide(browser, case))
    case = await scene.fresh(case)
    assert (case.assigned_to_id, case.claimed_by_id, case.claimed_until) == (host.id, host.id, until)
    assert case.escalated_at is not None


async def test_several_that_were_decided_together_wait_again_one_by_one(scene: Scene, browser_of: BrowserOf) -> None:
    cases = [await open_case(scene) for _ in range(2)]
    browser = await browser_of(scene.cast["debate_moderator"])
    chosen = " ".join(f"{case.id}-{case.version}" for case in cases)
    assert (await browser.post(BULK, data=decision(cases=chosen, action="hide"))).status_code == 200
    made = await scene.db.scalar(select(Decision.id).filter_by(case_id=cases[1].id))
    await scene.db.commit()
    await _undo(browser, f"/decisions/{made}")
    assert (await scene.open_case()).id == cases[1].id


async def test_hiding_without_a_flag_leaves_nothing_to_decide_when_it_is_undone(
    scene: Scene, browser_of: BrowserOf
) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    answer = await browser.post(f"{scene.reply_url}/hide", data=decision())
    made = answer.headers["location"].partition("?")[0]
    assert "Its case opens again" not in (await browser.get(f"{made}/undo")).text
    await _undo(browser, made)
    assert await shown(browser) == []


async def test_what_was_flagged_since_joins_the_older_case(scene: Scene, browser_of: BrowserOf) -> None:
    """With its notes, and whoever works on it: a colleague who had opened the newer one finds the way."""
    older = await open_case(scene, opened_at=datetime.now(UTC) - timedelta(days=3))
    browser, colleague = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    made = await _move(scene, browser, older)
    await flag(await browser_of(scene.cast["newcomer"]), _url(older), "abuse", "Rude")
    newer = await scene.open_case()
    await colleague.post(f"/moderation/cases/{newer.id}/claim")
    await colleague.post(f"/moderation/cases/{newer.id}/notes", data={"words": "Seen before."})
    await _undo(browser, made)
    case = await scene.open_case()
    assert (case.id, case.flag_count, case.reasons) == (older.id, 2, ["abuse", "spam"])
    assert case.claimed_by_id == scene.cast["host"].id
    assert set(await scene.db.scalars(select(Flag.case_id))) == {older.id}
    assert set(await scene.db.scalars(select(CaseNote.case_id))) == {older.id}
    assert await _wrong(scene) == []
    page = (await colleague.get(f"/moderation/cases/{newer.id}")).text
    assert "its flags and notes went there" in page
    assert "They went to an older case about the same." in page
    assert f"/moderation/cases/{older.id}" in page
    sent = decision(version=newer.version, action="dismiss")
    assert (await colleague.post(f"/moderation/cases/{newer.id}/decide", data=sent)).status_code == 409


async def test_dismissal_can_be_undone_where_the_same_was_flagged_again(scene: Scene, browser_of: BrowserOf) -> None:
    older = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(browser, older, action="dismiss")
    await flag(await browser_of(scene.cast["newcomer"]), _url(older))
    await _undo(browser, made)
    case = await scene.open_case()
    assert (case.id, case.flag_count) == (older.id, 2)
    assert "2 flags from readers" in (await browser.get(made)).text
    assert await _wrong(scene) == []


async def test_only_those_whose_flags_led_to_it_are_told_of_the_undoing(scene: Scene, browser_of: BrowserOf) -> None:
    older = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(browser, older, action="dismiss")
    await flag(await browser_of(scene.cast["newcomer"]), _url(older))
    await _undo(browser, made)
    told = select(Notification.user_id).filter_by(kind=NotificationKind.FLAG_OUTCOME)
    assert set(await scene.db.scalars(told)) == {scene.cast["member"].id}


async def test_what_is_hidden_since_is_undone_first(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    moved = await _move(scene, browser, case)
    hiding = (await browser.post(f"{_url(case)}/hide", data=decision())).headers["location"].partition("?")[0]
    answer = await browser.post(f"{moved}/undo", data=decision())
    assert answer.status_code == 409
    assert f"Undo decision {hiding.rpartition('/')[2]} first" in answer.text
    row = await scene.db.get_one(Argument, (scene.debate.id, case.argument_id), populate_existing=True)
    assert row.parent_id is None  # Nothing was done.
    await scene.db.commit()
    await _undo(browser, hiding)
    await _undo(browser, moved)
    assert (await scene.open_case()).id == case.id


@pytest.mark.parametrize("action", ["dismiss", "warn", "silence", "rename"])
async def test_case_of_a_person_waits_again_and_can_be_decided(
    scene: Scene, browser_of: BrowserOf, action: str
) -> None:
    await flag(await browser_of(scene.cast["newcomer"]), "/people/author")
    case = await scene.open_case()
    browser = await browser_of(scene.cast["site_moderator"])
    url = f"/moderation/cases/{case.id}/decide-about-person"
    answer = await browser.post(url, data=decision(version=case.version, action=action, hours="24"))
    await _undo(browser, answer.headers["location"].partition("?")[0])
    assert (await scene.open_case()).id == case.id
    assert f'action="{url}"' in (await browser.get(f"/moderation/cases/{case.id}")).text
    told = select(Notification.id).filter_by(user_id=scene.cast["newcomer"].id, kind=NotificationKind.FLAG_OUTCOME)
    assert len((await scene.db.scalars(told)).all()) == 2
    page = (await (await browser_of(scene.cast["newcomer"])).get("/notifications")).text
    assert ("look again at" if action == "dismiss" else "your flag waits for another decision") in page


async def test_request_for_another_edit_leads_back_to_the_case_that_waited_for_review(
    scene: Scene, browser_of: BrowserOf
) -> None:
    """A case without a flag, which is open because its author has changed the text as asked."""
    browser = await browser_of(scene.cast["debate_moderator"])
    sent = decision(wanted="Say it without calling anybody a fool.")
    first = (await browser.post(f"{scene.annotation_url}/ask-edit", data=sent)).headers["location"].partition("?")[0]
    author = await browser_of(scene.cast["author"])
    fields = {"kind": "note", "body": "Quite other words.", "tags": "", "revision": "1", "act": "post"}
    assert (await author.post(f"{scene.annotation_url}/edit", data=fields)).status_code == 303
    case = await scene.open_case()
    await _undo(browser, await _decide(browser, case, action="ask_edit", wanted="Another word than fool, please."))
    assert (await scene.open_case()).id == case.id
    await _undo(browser, first)
    assert await shown(browser) == []


async def test_who_flagged_reads_that_the_flag_waits_again(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser, member = [await browser_of(scene.cast[name]) for name in ("site_moderator", "member")]
    await _undo(browser, await _decide(browser, case))
    says = "Moderators restored the argument that you flagged: your flag waits for another decision"
    assert says in (await member.get("/notifications")).text
    await _undo(browser, await _move(scene, browser, case))
    says = "Moderators undid what they had decided on the argument that you flagged"
    assert says in (await member.get("/notifications")).text


async def test_pages_say_what_becomes_of_the_flags(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    made = await _decide(browser, case)
    assert "the flag that led to it waits for another decision" in (await browser.get(f"{made}/undo")).text
    await _undo(browser, made)
    undoing = await scene.db.scalar(select(Decision.id).filter_by(action=Action.RESTORE))
    page = (await browser.get(f"/decisions/{undoing}")).text
    assert "The flags wait for another decision." in page
    assert f'href="/moderation/cases/{case.id}"' in page
    visitor = await browser_of(scene.cast["newcomer"])
    assert "/moderation/cases/" not in (await visitor.get(f"/decisions/{undoing}")).text

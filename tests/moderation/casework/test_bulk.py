"""Up to a hundred cases decided together: what will happen is said before, and each is decided at its version."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select

from app.doctor.examination import examine
from app.models import Argument, Case, Decision, LogEntry, Notification, Stake
from tests.moderation.casework.conftest import open_case
from tests.moderation.conftest import WHY, BrowserOf, Scene, argue, flag, leave_alone
from tests.statements import counted_statements


def bulk(cases: list[Case], action: str = "hide", /, **fields: Any) -> dict[str, Any]:
    chosen = " ".join(f"{case.id}-{case.version}" for case in cases)
    reasoned = {"house_rule": "civil", "explanation": WHY, "idempotency_key": str(uuid4())}
    return {"cases": chosen, "action": action, **reasoned, **fields}


async def preview(browser: AsyncClient, cases: list[Case], action: str = "hide") -> str:
    params = {"action": action, "case": [f"{case.id}-{case.version}" for case in cases]}
    answer = await browser.get("/moderation/bulk", params=params)
    assert answer.status_code == 200
    return answer.text


async def test_preview_says_what_will_happen_and_what_is_left_alone(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    fine, equal, taken, stale = [
        await open_case(scene),
        await open_case(scene, author=scene.cast["host"]),
        await open_case(scene),
        await open_case(scene),
    ]
    await (await browser_of(scene.cast["site_moderator"])).post(f"/moderation/cases/{taken.id}/claim")
    fine.reasons = ["abuse", "spam"]
    await scene.db.commit()
    stale.version = 7
    page = await preview(browser, [fine, equal, taken, stale])
    assert (
        "1 text will be hidden; 3 cases will be left alone. Their authors and those who flagged them are told." in page
    )
    for words in (
        "Its author has the same role", " is working on it", "Its flags have changed",
        "flagged as abuse or harassment, spam",
    ):  # fmt: skip
        assert words in page


async def test_without_a_case_the_page_says_what_to_do(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    answer = await browser.get("/moderation/bulk", params={"action": "hide"})
    assert answer.status_code == 200
    assert "No case is selected: select some in the queue first." in answer.text


async def test_reasons_of_the_debate_are_ready_where_all_are_of_one(scene: Scene, browser_of: BrowserOf) -> None:
    browser, stranger = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "other_moderator")]
    title, words = "Names a neighbour", "It names a neighbour of the mill who takes no part in this debate."
    await browser.post("/debates/mill/reasons", data={"title": title, "house_rule": "privacy", "explanation": words})
    cases = [await open_case(scene) for _ in range(2)]
    page = await preview(browser, cases)
    assert title in page
    key = page.partition(f" {title}")[0].rpartition('name="ready" value="')[2].partition('"')[0]
    empty = {"house_rule": "", "explanation": "", "ready": key, "debate": str(scene.debate.id)}
    assert (await stranger.post("/moderation/bulk", data=bulk(cases, **empty))).status_code == 422
    assert (await browser.post("/moderation/bulk", data=bulk(cases, **empty))).status_code == 200
    assert {made.explanation for made in await scene.db.scalars(select(Decision).filter_by(house_rule="privacy"))} == {
        words
    }


async def test_who_has_argued_decides_none_of_them(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    browser = await browser_of(scene.cast["debate_moderator"])
    cases = [await open_case(scene) for _ in range(2)]
    why = "You have argued here: another moderator has to decide."
    page = await preview(browser, cases)
    assert page.count(why) == 2
    assert "Nothing would be decided." in page
    done = await browser.post("/moderation/bulk", data=bulk(cases))
    assert done.status_code == 409
    assert done.text.count(why) == 2
    assert {(await scene.fresh(case)).closed_at for case in cases} == {None}


async def test_each_says_in_spite_of_what_it_was_made_where_nobody_else_can(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host")
    yesterday = datetime.now(UTC) - timedelta(hours=25)
    cases = [await open_case(scene, opened_at=yesterday) for _ in range(2)]
    browser = await browser_of(scene.cast["host"])
    said = "The moderator had argued in this debate; nobody else could decide. The log will say so."
    assert (await preview(browser, cases)).count(said) == 2
    assert (await browser.post("/moderation/bulk", data=bulk(cases))).status_code == 200
    made = select(Decision.interest).where(Decision.case_id.in_([case.id for case in cases]))
    assert (await scene.db.scalars(made)).all() == [Stake.ARGUED] * 2
    assert [entry.item["in_spite_of"] for entry in await scene.db.scalars(select(LogEntry))] == ["argued"] * 2


async def test_each_is_hidden_logged_and_counted_out_and_its_author_told(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    cases = [await open_case(scene) for _ in range(4)]
    await flag(await browser_of(scene.cast["member"]), scene.annotation_url, "spam")
    cases.append((await scene.db.scalars(select(Case).where(Case.annotation_id.is_not(None)))).one())
    done = await browser.post("/moderation/bulk", data=bulk(cases))
    assert done.status_code == 200
    assert "5 decisions made, 0 left alone" in done.text
    assert (await scene.fresh(scene.annotation)).hidden_by_id is not None
    assert len({(await scene.fresh(case)).closed_at for case in cases} - {None}) == 1
    for model in (Decision, LogEntry):
        of_debate = select(func.count()).where(model.debate_id == scene.debate.id)
        assert (await scene.db.execute(of_debate)).scalar_one() == 5
    told = select(Notification.user_id, func.count()).group_by(Notification.user_id)
    counts = dict((await scene.db.execute(told)).all())  # type: ignore[arg-type]
    assert counts[scene.cast["author"].id] == 5
    assert counts[scene.cast["member"].id] == 5
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_stale_ones_are_reported_and_the_others_done(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    cases = [await open_case(scene) for _ in range(3)]
    form = bulk(cases)
    reply = await scene.db.get_one(Argument, (scene.debate.id, cases[1].argument_id))
    await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{reply.id}", "abuse")
    done = await browser.post("/moderation/bulk", data=form)
    assert done.status_code == 200
    assert "2 decisions made, 1 left alone" in done.text
    assert "Its flags have changed" in done.text
    assert (await scene.fresh(reply)).hidden_by_id is None


async def test_when_all_are_stale_the_answer_is_a_conflict(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    case = await open_case(scene)
    answer = await browser.post("/moderation/bulk", data=bulk([case], cases=f"{case.id}-9"))
    assert answer.status_code == 409


async def test_who_comes_too_late_with_all_keeps_what_they_wrote(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    cases = [await open_case(scene) for _ in range(2)]
    written = "They call each other naive.\nThat is no argument."
    late = bulk(cases, explanation=written)
    assert "You wrote" not in (await first.post("/moderation/bulk", data=bulk(cases))).text
    answer = await second.post("/moderation/bulk", data=late)
    assert answer.status_code == 409
    assert "0 decisions made, 2 left alone" in answer.text
    assert "You wrote" in answer.text
    assert "<p>They call each other naive.</p><p>That is no argument.</p>" in answer.text


@pytest.mark.parametrize("cases", ["", "1", "x-1", "1-", "-1", " ".join(f"{n}-1" for n in range(1, 102))])
async def test_cases_without_versions_or_too_many_are_refused(scene: Scene, browser_of: BrowserOf, cases: str) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    assert (await browser.post("/moderation/bulk", data=bulk([], cases=cases))).status_code == 422


async def test_hiding_needs_a_rule_and_an_explanation_or_a_ready_reason(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    case = await open_case(scene)
    empty = {"house_rule": "", "explanation": ""}
    assert (await browser.post("/moderation/bulk", data=bulk([case], **empty))).status_code == 422
    done = await browser.post("/moderation/bulk", data=bulk([case], **empty, ready="spam"))
    assert done.status_code == 200
    made = (await scene.db.scalars(select(Decision).where(Decision.case_id == case.id))).one()
    assert made.house_rule == "no_spam"


async def test_form_sent_twice_decides_once(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    form = bulk([await open_case(scene) for _ in range(2)], "dismiss")
    for _ in range(2):
        assert "2 decisions made, 0 left alone" in (await browser.post("/moderation/bulk", data=form)).text
    assert (await scene.db.execute(select(func.count()).where(Decision.action == "dismiss"))).scalar_one() == 2


async def test_cases_of_other_debates_are_not_decided(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["other_moderator"])
    case = await open_case(scene)
    assert (await browser.post("/moderation/bulk", data=bulk([case]))).status_code == 409
    assert (await scene.fresh(case)).closed_at is None


@pytest.mark.parametrize("action", ["dismiss", "hide"])
async def test_statements_do_not_grow_with_the_selection(
    scene: Scene, browser_of: BrowserOf, app: FastAPI, action: str
) -> None:
    browser = await browser_of(scene.cast["debate_moderator"])
    counts = []
    for size in (2, 30):
        cases = [await open_case(scene) for _ in range(size)]
        with counted_statements(app) as statements:
            assert (await browser.post("/moderation/bulk", data=bulk(cases, action))).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]

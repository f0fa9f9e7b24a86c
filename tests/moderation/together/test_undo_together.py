"""Decisions that were made together are undone together: what was shown before, all of it, or nothing."""

import asyncio
import re
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import func, select, text, update

from app.doctor.examination import examine
from app.models import Action, Appeal, AppealOutcome, Argument, Case, Decision, LogEntry, Notification, Stake
from app.moderation.decision_queries import load_decisions
from app.moderation.measures.targets import find_version, of_same
from app.moderation.together.queries import find_versions
from tests.cast import actors_of
from tests.moderation.casework.conftest import open_case
from tests.moderation.casework.test_bulk import bulk
from tests.moderation.conftest import BrowserOf, Scene, argue, decision, flag, leave_alone, make_source
from tests.statements import counted_statements

MIGRATIONS = Path(__file__).parents[3] / "migrations" / "versions"
WHY_NOT = "These were the wrong ten: the list had been sorted anew."


async def decide(scene: Scene, browser: AsyncClient, cases: list[Case], action: str = "hide") -> list[Decision]:
    assert (await browser.post("/moderation/bulk", data=bulk(cases, action))).status_code == 200
    made = select(Decision).where(Decision.case_id.in_([case.id for case in cases])).order_by(Decision.id)
    found = list(await scene.db.scalars(made))
    await scene.db.commit()
    return found


def address(made: list[Decision]) -> str:
    return f"/decisions/{made[0].id}/undo-together"


async def seen(browser: AsyncClient, made: list[Decision]) -> str:
    """What the page says will be undone."""
    page = (await browser.get(address(made))).text
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found[1] if found else ""


async def undo(browser: AsyncClient, made: list[Decision], shown: str | None = None, **fields: Any) -> Response:
    sent = {"seen": await seen(browser, made) if shown is None else shown, "explanation": WHY_NOT}
    return await browser.post(address(made), data={**sent, "idempotency_key": str(uuid4()), **fields})


async def undone(scene: Scene, made: list[Decision]) -> int:
    of_these = select(func.count()).where(Decision.reverses_id.in_([each.id for each in made]))
    count = (await scene.db.execute(of_these)).scalar_one()
    await scene.db.commit()
    return count


@pytest.fixture
async def moderator(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["debate_moderator"])


async def test_all_are_undone_logged_counted_in_and_told(
    scene: Scene, browser_of: BrowserOf, moderator: AsyncClient
) -> None:
    cases = [await open_case(scene) for _ in range(4)]
    await flag(await browser_of(scene.cast["member"]), scene.annotation_url, "spam")
    cases.append((await scene.db.scalars(select(Case).where(Case.annotation_id.is_not(None)))).one())
    made = await decide(scene, moderator, cases)
    answer = await undo(moderator, made)
    assert answer.headers["location"] == f"{address(made)}?done=undone_together"
    assert (await scene.fresh(scene.annotation)).hidden_by_id is None
    undoings = list(await scene.db.scalars(select(Decision).where(Decision.action == Action.RESTORE)))
    assert {each.reverses_id for each in undoings} == {each.id for each in made}
    assert {each.explanation for each in undoings} == {WHY_NOT}
    entries = (await scene.db.scalars(select(LogEntry).order_by(LogEntry.id))).all()
    assert [entry.action for entry in entries] == [Action.HIDE] * 5 + [Action.RESTORE] * 5
    told = select(func.count()).where(Notification.decision_id.in_([each.id for each in undoings]))
    assert (await scene.db.execute(told.where(Notification.user_id == scene.cast["author"].id))).scalar_one() == 5
    assert (await scene.db.execute(told.where(Notification.user_id == scene.cast["member"].id))).scalar_one() == 5
    assert not [finding async for finding in examine(scene.db) if finding.count]
    page = (await moderator.get(answer.headers["location"])).text
    assert "There is nothing left here that you could undo." in page
    assert page.count("Undone already") == 1


async def test_dismissals_open_their_cases_again(scene: Scene, browser_of: BrowserOf) -> None:
    await flag(await browser_of(scene.cast["member"]), "/people/author")
    person = (await scene.db.scalars(select(Case).where(Case.person_id.is_not(None)))).one()
    cases = [await open_case(scene), await open_case(scene), person]
    browser = await browser_of(scene.cast["administrator"])
    made = await decide(scene, browser, cases, "dismiss")
    assert (await browser.get(address(made))).text.count("its case opens again, with 1 flag.") == 3
    assert (await undo(browser, made)).status_code == 303
    assert {(await scene.fresh(case)).closed_at for case in cases} == {None}


async def test_page_says_what_stays_and_why(scene: Scene, browser_of: BrowserOf, moderator: AsyncClient) -> None:
    cases = [await open_case(scene) for _ in range(4)]
    made = await decide(scene, moderator, cases)
    await moderator.post(f"/decisions/{made[0].id}/undo", data=decision(version=made[0].id))
    removal = f"/debates/mill/arguments/{cases[1].argument_id}/hide"
    assert (await moderator.post(removal, data=decision(action="remove"))).status_code == 303
    page = (await moderator.get(address(made))).text
    assert "4 decisions were made together. 2 decisions will be undone; 2 decisions will stay as they are." in page
    assert page.count("Something else was decided about the same text since.") == 1
    assert page.count("Undone already") == 1
    assert (await undo(moderator, made)).status_code == 303
    assert await undone(scene, made) == 3
    assert (await scene.fresh(await _argument(scene, cases[1]))).hidden_by_id not in (None, made[1].id)


@pytest.mark.parametrize("action", ["dismiss", "hide"])
async def test_cases_open_again_and_what_was_flagged_since_joins_them(
    scene: Scene, browser_of: BrowserOf, moderator: AsyncClient, action: str
) -> None:
    cases = [await open_case(scene) for _ in range(3)]
    made = await decide(scene, moderator, cases, action)
    newer = []
    if action == "dismiss":
        for case in cases[:2]:
            await flag(await browser_of(scene.cast["newcomer"]), f"/debates/mill/arguments/{case.argument_id}")
        newer = list(await scene.db.scalars(select(Case).where(Case.closed_at.is_(None))))
        assert len(newer) == 2
    assert (await undo(moderator, made)).status_code == 303
    assert {(await scene.fresh(case)).closed_at for case in cases} == {None}
    assert [case.flag_count for case in cases] == ([2, 2, 1] if newer else [1, 1, 1])
    assert all([(await scene.fresh(case)).closed_at for case in newer])
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_nothing_is_undone_where_something_changed_since(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(3)])
    shown = await seen(moderator, made)
    await moderator.post(f"/decisions/{made[0].id}/undo", data=decision(version=made[0].id))
    answer = await undo(moderator, made, shown)
    assert answer.status_code == 409
    assert f"something has changed about decision {made[0].id}, so nothing was undone." in answer.text
    assert WHY_NOT in answer.text
    assert await undone(scene, made) == 1
    assert (await undo(moderator, made)).status_code == 303  # Having looked again.
    assert await undone(scene, made) == 3


async def test_part_of_what_is_shown_cannot_be_sent(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(3)])
    first = (await seen(moderator, made)).partition(" ")[0]
    assert (await undo(moderator, made, first)).status_code == 409
    assert await undone(scene, made) == 0


async def test_decisions_of_another_batch_cannot_be_sent(scene: Scene, moderator: AsyncClient) -> None:
    made, others = [await decide(scene, moderator, [await open_case(scene) for _ in range(2)]) for _ in range(2)]
    assert (await undo(moderator, made, await seen(moderator, others))).status_code == 409
    assert await undone(scene, [*made, *others]) == 0


@pytest.mark.parametrize("shown", ["", "1", "1-", "x-1", "1-1 ", " ".join(["123456789-1"] * 400)])
async def test_form_without_versions_is_refused(scene: Scene, moderator: AsyncClient, shown: str) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    answer = await undo(moderator, made, shown)
    assert answer.status_code == 422
    assert WHY_NOT in answer.text
    assert await undone(scene, made) == 0


async def test_it_needs_a_reason(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    answer = await undo(moderator, made, explanation="Oops")
    assert answer.status_code == 422
    assert await undone(scene, made) == 0


async def test_form_sent_twice_undoes_once(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    shown, key = await seen(moderator, made), str(uuid4())
    answers = await asyncio.gather(*(undo(moderator, made, shown, idempotency_key=key) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert await undone(scene, made) == 2


async def test_of_two_moderators_at_once_one_undoes_them(
    scene: Scene, browser_of: BrowserOf, moderator: AsyncClient
) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(5)])
    both = [moderator, await browser_of(scene.cast["site_moderator"])]
    shown = await seen(moderator, made)
    answers = await asyncio.gather(*(undo(browser, made, shown) for browser in both))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await undone(scene, made) == 5
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_all_at_once_and_one_by_one_at_the_same_time_leave_nothing_undone_twice(
    scene: Scene, moderator: AsyncClient
) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(4)])
    shown = await seen(moderator, made)
    single = moderator.post(f"/decisions/{made[2].id}/undo", data=decision(version=made[2].id))
    answers = await asyncio.gather(undo(moderator, made, shown), single)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert await undone(scene, made) in (1, 4)
    assert not [finding async for finding in examine(scene.db) if finding.count]


async def test_decisions_from_before_are_known_to_have_been_made_together(scene: Scene, moderator: AsyncClient) -> None:
    together, others = [await decide(scene, moderator, [await open_case(scene) for _ in "abc"]) for _ in range(2)]
    await decide(scene, moderator, [await open_case(scene)])
    await moderator.post(f"{scene.reply_url}/hide", data=decision())
    await scene.db.execute(update(Decision).values(batch_id=None))
    migration = next(MIGRATIONS.glob("*_a1_decided_together.py"))
    await scene.db.execute(text(runpy.run_path(str(migration))["FIND_BATCHES"]))
    found = select(func.array_agg(Decision.id)).where(Decision.batch_id.is_not(None)).group_by(Decision.batch_id)
    batches = {frozenset(ids) for ids in await scene.db.scalars(found)}
    assert batches == {frozenset(each.id for each in made) for made in (together, others)}


async def test_single_decision_has_no_such_page(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene)])
    assert (await moderator.get(address(made))).status_code == 404
    assert (await undo(moderator, made, f"{made[0].id}-{made[0].id}")).status_code == 404


@pytest.mark.parametrize("name", ["other_moderator", "member", "author"])
async def test_who_does_not_moderate_the_debate_undoes_none(
    scene: Scene, browser_of: BrowserOf, moderator: AsyncClient, name: str
) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    browser = await browser_of(scene.cast[name])
    assert await seen(browser, made) == ""
    assert (await undo(browser, made, await seen(moderator, made))).status_code == 403
    assert await undone(scene, made) == 0


async def test_decisions_of_somebody_higher_stay(scene: Scene, browser_of: BrowserOf, moderator: AsyncClient) -> None:
    made = await decide(scene, await browser_of(scene.cast["site_moderator"]), [await open_case(scene) for _ in "ab"])
    page = (await moderator.get(address(made))).text
    assert page.count("Somebody with a higher role than yours made this decision.") == 2
    answer = await undo(moderator, made, " ".join(f"{each.id}-{each.id}" for each in made))
    assert answer.status_code == 403
    assert await undone(scene, made) == 0


async def test_who_has_argued_since_undoes_none(scene: Scene, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    shown = await seen(moderator, made)
    await argue(scene, "debate_moderator")
    assert (await moderator.get(address(made))).text.count(
        "You have argued here: another moderator has to decide."
    ) == 2
    assert (await undo(moderator, made, shown)).status_code == 403
    assert await undone(scene, made) == 0


async def test_one_that_becomes_an_own_quarrel_stops_all(
    scene: Scene, browser_of: BrowserOf, moderator: AsyncClient
) -> None:
    cases = [await open_case(scene) for _ in range(2)]
    made = await decide(scene, moderator, cases)
    shown = await seen(moderator, made)
    argument = await _argument(scene, cases[0])
    argument.author_id = scene.cast["host"].id
    await scene.db.merge(Decision(id=made[0].id, concerned_id=scene.cast["host"].id))
    await scene.db.commit()
    assert (await undo(moderator, made, shown)).status_code == 409
    assert await undone(scene, made) == 0
    assert "Its author has the same role as you" in (await moderator.get(address(made))).text
    assert (await undo(moderator, made)).status_code == 303
    assert await undone(scene, made) == 1


async def test_each_says_in_spite_of_what_it_is_undone_where_nobody_else_can(
    scene: Scene, browser_of: BrowserOf
) -> None:
    browser = await browser_of(scene.cast["host"])
    made = await decide(scene, browser, [await open_case(scene) for _ in range(2)])
    await argue(scene, "host")
    await leave_alone(scene, "host")
    for each in made:
        (await scene.fresh(each)).made_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    assert (await browser.get(address(made))).text.count("The log will say so.") == 2
    assert (await undo(browser, made)).status_code == 303
    interests = select(Decision.interest).where(Decision.reverses_id.is_not(None))
    assert (await scene.db.scalars(interests)).all() == [Stake.ARGUED] * 2


async def test_open_appeals_are_answered(scene: Scene, browser_of: BrowserOf, moderator: AsyncClient) -> None:
    made = await decide(scene, moderator, [await open_case(scene) for _ in range(2)])
    author = await browser_of(scene.cast["author"])
    words = "The words that it was hidden for are a quotation from the essay."
    await author.post(f"/decisions/{made[1].id}/appeal", data=decision(words=words))
    assert (await undo(moderator, made)).status_code == 303
    appeal = (await scene.db.scalars(select(Appeal))).one()
    answer = await scene.db.get_one(Decision, appeal.answer_id)
    assert (appeal.outcome, answer.reverses_id) == (AppealOutcome.OVERTURNED, made[1].id)


async def test_versions_are_those_of_single_undoing(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["administrator"])
    source = make_source(scene)
    scene.db.add(source)
    await scene.db.commit()
    for place in (scene.annotation_url, f"/debates/mill/sources/{source.id}", "/people/author"):
        await flag(await browser_of(scene.cast["newcomer"]), place)
    await open_case(scene)
    cases = list(await scene.db.scalars(select(Case).where(Case.closed_at.is_(None))))
    made = await decide(scene, browser, cases, "dismiss")
    await browser.post("/people/author/restrict", data=decision(kind="warn", version="0"))
    await browser.post(f"{scene.annotation_url}/hide", data=decision())
    actor = (await actors_of(scene.db, scene.cast))["administrator"]
    views = await load_decisions(scene.db, actor, Decision.batch_id == made[0].batch_id)
    assert len(views) == 4
    assert await find_versions(scene.db, views) == [await find_version(scene.db, of_same(view)) for view in views]


@pytest.mark.parametrize("action", ["dismiss", "hide", "remove"])
async def test_statements_do_not_grow_with_how_many_there_are(
    scene: Scene, moderator: AsyncClient, app: FastAPI, action: str
) -> None:
    counts = []
    for size in (2, 30):
        made = await decide(scene, moderator, [await open_case(scene) for _ in range(size)], action)
        with counted_statements(app) as statements:
            shown = await seen(moderator, made)
        reading = len(statements)
        with counted_statements(app) as statements:
            assert (await undo(moderator, made, shown)).status_code == 303
        counts.append((reading, len(statements)))
    assert counts[0] == counts[1]


async def test_ways_lead_to_it(scene: Scene, browser_of: BrowserOf, moderator: AsyncClient) -> None:
    cases = [await open_case(scene) for _ in range(3)]
    done = (await moderator.post("/moderation/bulk", data=bulk(cases))).text
    made = list(await scene.db.scalars(select(Decision).where(Decision.batch_id.is_not(None)).order_by(Decision.id)))
    assert f'href="{address(made)}"' in done
    assert "Undo these 3 together" in done
    assert "Undo these 3 together" in (await moderator.get(f"/moderation?decided={made[0].id}")).text
    await open_case(scene)
    following = await moderator.post("/moderation/next", data={"decided": str(made[0].id)})
    assert "Undo these 3 together" in (await moderator.get(following.headers["location"])).text
    activity = (await moderator.get("/moderation/activity")).text
    for each in made:
        assert f'href="/decisions/{each.id}/undo-together"' in activity
    page = (await moderator.get(f"/decisions/{made[1].id}")).text
    assert "With 2 other decisions" in page
    assert f'href="/decisions/{made[1].id}/undo-together"' in page
    public = (await (await browser_of(scene.cast["member"])).get(f"/decisions/{made[1].id}")).text
    assert "With 2 other decisions" in public
    assert "undo-together" not in public


async def _argument(scene: Scene, case: Case) -> Argument:
    return await scene.db.get_one(Argument, (scene.debate.id, case.argument_id))

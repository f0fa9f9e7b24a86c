"""Whether newcomers' first posts wait is a decision of the debate's hosts, with a reason, in the log."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.models import Action, Argument, Debate, Decision, LogEntry
from tests.moderation.conftest import WHY, BrowserOf, Scene, argue, decision, leave_alone

PAGE = "/debates/mill/prevention"
URL = f"{PAGE}/first-posts"


@pytest.fixture
async def host(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["host"])


async def _switch(browser: AsyncClient, *, holds: bool = True, **fields: Any) -> Response:
    return await browser.post(URL, data=decision(holds="true" if holds else "", **fields))


async def _holds(scene: Scene) -> bool:
    holds = await scene.db.scalar(select(Debate.holds_first_posts).where(Debate.slug == "mill"))
    await scene.db.commit()
    return bool(holds)


async def test_it_stands_in_the_log_who_switched_it_to_what_and_why(
    scene: Scene, host: AsyncClient, client: AsyncClient
) -> None:
    answer = await _switch(host)
    assert answer.status_code == 303
    assert await _holds(scene)
    for log in ("/log", "/debates/mill/log", "/log?action=first_posts"):
        page = (await client.get(log)).text
        assert "switched first posts in" in page
        assert "(they wait for a moderator from then on)" in page
        assert WHY in page
    page = (await client.get(answer.headers["location"])).text
    assert "Until then first posts stood at once; from then on they wait for a moderator" in page
    assert "Until somebody undoes it" in page
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.moderator_name, entry.item["kind"]) == (scene.cast["host"].display_name, "debate")
    assert (entry.item["from"], entry.item["to"]) == ("stand", "wait")
    assert '"action":"first_posts"' in (await client.get("/log.json")).text.replace(" ", "")


async def test_undoing_puts_it_back_and_stands_in_the_log_too(
    scene: Scene, host: AsyncClient, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = (await _switch(host)).headers["location"].partition("?")[0]
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 403
    assert (await host.post(f"{made}/undo", data=decision())).status_code == 303
    assert not await _holds(scene)
    assert "switched first posts back in" in (await client.get("/log")).text


async def test_what_was_switched_since_cannot_be_undone(scene: Scene, host: AsyncClient) -> None:
    made = (await _switch(host)).headers["location"].partition("?")[0]
    assert (await _switch(host, holds=False)).status_code == 303
    assert (await host.post(f"{made}/undo", data=decision())).status_code == 409
    assert not await _holds(scene)


async def test_only_hosts_switch_it_and_other_moderators_read_that(
    scene: Scene, host: AsyncClient, browser_of: BrowserOf
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await _switch(moderator)).status_code == 403
    for page in (PAGE, URL):
        assert "Only hosts of this debate can switch this." in (await moderator.get(page)).text
    assert f'href="{URL}"' in (await host.get(PAGE)).text


async def test_form_without_a_reason_comes_back(scene: Scene, host: AsyncClient) -> None:
    answer = await _switch(host, explanation="No.")
    assert answer.status_code == 422
    assert "No.</textarea>" in answer.text
    assert not await _holds(scene)


async def test_form_of_somebody_who_saw_it_otherwise_is_stale(
    scene: Scene, host: AsyncClient, browser_of: BrowserOf
) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    seen = (await host.get(URL)).text.partition('name="version" value="')[2].partition('"')[0]
    assert (await _switch(administrator)).status_code == 303
    answer = await _switch(host, version=seen)
    assert answer.status_code == 409
    assert f"{scene.cast['administrator'].display_name} has decided about this since" in answer.text
    assert "Let first posts stand at once" in answer.text
    assert WHY in answer.text
    assert await _holds(scene)


async def test_same_form_twice_is_one_decision_and_what_stands_already_none(scene: Scene, host: AsyncClient) -> None:
    sent = decision(holds="true")
    answers = [await host.post(URL, data=sent) for _ in range(2)]
    assert [answer.headers.get("location") for answer in answers] == [answers[0].headers["location"]] * 2
    assert (await _switch(host)).status_code == 409
    assert len((await scene.db.scalars(select(Decision.id).filter_by(action=Action.FIRST_POSTS))).all()) == 1


async def test_another_decision_about_the_debate_does_not_hinder_it(
    scene: Scene, host: AsyncClient, browser_of: BrowserOf
) -> None:
    seen = (await host.get(URL)).text.partition('name="version" value="')[2].partition('"')[0]
    moderator = await browser_of(scene.cast["debate_moderator"])
    sent = decision(action="slow", seconds="600", version="0")
    assert (await moderator.post("/debates/mill/measures", data=sent)).status_code == 303
    assert (await _switch(host, version=seen)).status_code == 303


async def test_host_who_has_argued_leaves_it_to_another_and_reads_that_before(scene: Scene, host: AsyncClient) -> None:
    await argue(scene, "host")
    for page in (PAGE, URL):
        shown = (await host.get(page)).text
        assert "You have argued here: another host or an administrator has to decide." in shown
        assert f'action="{URL}"' not in shown
        assert f'href="{URL}"' not in shown
    assert (await _switch(host)).status_code == 403
    assert not await _holds(scene)


async def test_host_alone_may_after_the_wait_and_the_log_says_so(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host", "debate_moderator")
    host = await browser_of(scene.cast["host"])
    assert "Nobody else can decide, so you can from" in (await _switch(host)).text
    await scene.db.execute(update(Argument).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    await scene.db.commit()
    assert "Nobody else can decide, so you may." in (await host.get(URL)).text
    assert (await _switch(host)).status_code == 303
    made = (await scene.db.scalars(select(Decision).filter_by(action=Action.FIRST_POSTS))).one()
    assert made.interest == "argued"
    assert "The moderator had argued in this debate; nobody else could decide." in (await client.get("/log")).text

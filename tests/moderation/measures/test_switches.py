"""Whether first posts wait, and whether what is flagged enough is hidden, are decisions of a debate's hosts, with a
reason, in the log."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.models import Action, Argument, Debate, Decision, LogEntry
from tests.moderation.conftest import WHY, BrowserOf, Scene, argue, decision, leave_alone


class Kind(NamedTuple):
    """A switch, and what pages say of it."""

    action: Action
    column: str
    page: str  # From which the form is reached.
    url: str
    act: str
    act_back: str
    now: str
    change: str
    off: str  # What the form calls it where it is on.


FIRST_POSTS = Kind(
    Action.FIRST_POSTS, "holds_first_posts", "/debates/mill/prevention", "/debates/mill/switches/first-posts",
    "switched first posts in", "switched first posts back in", "(they wait for a moderator from then on)",
    "Until then first posts stood at once; from then on they wait for a moderator", "Let first posts stand at once",
)  # fmt: skip
HIDING = Kind(
    Action.AUTOMATIC_HIDING, "hides_by_score", "/debates/mill/reasons", "/debates/mill/switches/automatic-hiding",
    "switched automatic hiding in", "switched automatic hiding back in", "(it is on from then on)",
    "Until then it was off; from then on it is on", "Switch automatic hiding off",
)  # fmt: skip


@pytest.fixture(params=[FIRST_POSTS, HIDING], ids=lambda kind: str(kind.action))
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
async def host(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["host"])


async def _switch(browser: AsyncClient, kind: Kind, *, is_on: bool = True, **fields: Any) -> Response:
    return await browser.post(kind.url, data=decision(is_on="true" if is_on else "", **fields))


async def _is_on(scene: Scene, kind: Kind) -> bool:
    is_on = await scene.db.scalar(select(getattr(Debate, kind.column)).where(Debate.slug == "mill"))
    await scene.db.commit()
    return bool(is_on)


async def test_it_stands_in_the_log_who_switched_it_to_what_and_why(
    scene: Scene, kind: Kind, host: AsyncClient, client: AsyncClient
) -> None:
    answer = await _switch(host, kind)
    assert answer.status_code == 303
    assert await _is_on(scene, kind)
    for log in ("/log", "/debates/mill/log", f"/log?action={kind.action}"):
        page = (await client.get(log)).text
        assert kind.act in page
        assert kind.now in page
        assert WHY in page
    page = (await client.get(answer.headers["location"])).text
    assert kind.change in page
    assert "Until somebody undoes it" in page
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.moderator_name, entry.item["kind"]) == (scene.cast["host"].display_name, "debate")
    assert (entry.item["from"], entry.item["to"]) in (("stand", "wait"), ("off", "on"))
    assert f'"action":"{kind.action}"' in (await client.get("/log.json")).text.replace(" ", "")


async def test_undoing_puts_it_back_and_stands_in_the_log_too(
    scene: Scene, kind: Kind, host: AsyncClient, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = (await _switch(host, kind)).headers["location"].partition("?")[0]
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 403
    assert (await host.post(f"{made}/undo", data=decision())).status_code == 303
    assert not await _is_on(scene, kind)
    assert kind.act_back in (await client.get("/log")).text


async def test_what_was_switched_since_is_undone_after_that(scene: Scene, kind: Kind, host: AsyncClient) -> None:
    made, since = [
        (await _switch(host, kind, is_on=is_on)).headers["location"].partition("?")[0] for is_on in (True, False)
    ]
    named = f"It was switched again since. Undo decision {since.rpartition('/')[2]} first."
    page = (await host.get(f"{made}/undo")).text
    assert named in page
    assert "Undo it</button>" not in page
    refused = await host.post(f"{made}/undo", data=decision())
    assert refused.status_code == 409
    assert refused.text.count(named) == 1
    assert not await _is_on(scene, kind)
    for each in (since, made):
        assert (await host.post(f"{each}/undo", data=decision())).status_code == 303
    assert not await _is_on(scene, kind)


async def test_what_was_switched_twice_since_is_undone_from_the_last_one_on(
    scene: Scene, kind: Kind, host: AsyncClient
) -> None:
    """Also where it is by now as the first one had left it."""
    first, *_, last = [
        (await _switch(host, kind, is_on=is_on)).headers["location"].partition("?")[0] for is_on in (True, False, True)
    ]
    named = f"Undo decision {last.rpartition('/')[2]} first."
    assert named in (await host.get(f"{first}/undo")).text
    refused = await host.post(f"{first}/undo", data=decision())
    assert (refused.status_code, named in refused.text) == (409, True)
    assert (await host.post(f"{last}/undo", data=decision())).status_code == 303
    assert not await _is_on(scene, kind)


async def test_only_hosts_switch_it_and_other_moderators_read_that(
    scene: Scene, kind: Kind, host: AsyncClient, browser_of: BrowserOf
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await _switch(moderator, kind)).status_code == 403
    for page in (kind.page, kind.url):
        assert "Only hosts of this debate can switch this." in (await moderator.get(page)).text
    assert f'href="{kind.url}"' in (await host.get(kind.page)).text


async def test_form_without_a_reason_comes_back(scene: Scene, kind: Kind, host: AsyncClient) -> None:
    answer = await _switch(host, kind, explanation="No.")
    assert answer.status_code == 422
    assert "No.</textarea>" in answer.text
    assert not await _is_on(scene, kind)


async def test_form_of_somebody_who_saw_it_otherwise_is_stale(
    scene: Scene, kind: Kind, host: AsyncClient, browser_of: BrowserOf
) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    seen = (await host.get(kind.url)).text.partition('name="version" value="')[2].partition('"')[0]
    assert (await _switch(administrator, kind)).status_code == 303
    answer = await _switch(host, kind, version=seen)
    assert answer.status_code == 409
    assert f"{scene.cast['administrator'].display_name} has decided about this since" in answer.text
    assert kind.off in answer.text
    assert WHY in answer.text
    assert await _is_on(scene, kind)


async def test_same_form_twice_is_one_decision_and_what_stands_already_none(
    scene: Scene, kind: Kind, host: AsyncClient
) -> None:
    sent = decision(is_on="true")
    answers = [await host.post(kind.url, data=sent) for _ in range(2)]
    assert [answer.headers.get("location") for answer in answers] == [answers[0].headers["location"]] * 2
    assert (await _switch(host, kind)).status_code == 409
    assert len((await scene.db.scalars(select(Decision.id).filter_by(action=kind.action))).all()) == 1


async def test_another_decision_about_the_debate_does_not_hinder_it(
    scene: Scene, kind: Kind, host: AsyncClient, browser_of: BrowserOf
) -> None:
    seen = (await host.get(kind.url)).text.partition('name="version" value="')[2].partition('"')[0]
    moderator = await browser_of(scene.cast["debate_moderator"])
    sent = decision(action="slow", seconds="600", version="0")
    assert (await moderator.post("/debates/mill/measures", data=sent)).status_code == 303
    assert (await _switch(host, kind, version=seen)).status_code == 303


async def test_host_who_has_argued_leaves_it_to_another_and_reads_that_before(
    scene: Scene, kind: Kind, host: AsyncClient
) -> None:
    await argue(scene, "host")
    for page in (kind.page, kind.url):
        shown = (await host.get(page)).text
        assert "You have argued here: another host or an administrator has to decide." in shown
        assert f'action="{kind.url}"' not in shown
        assert f'href="{kind.url}"' not in shown
    assert (await _switch(host, kind)).status_code == 403
    assert not await _is_on(scene, kind)


async def test_host_alone_may_after_the_wait_and_the_log_says_so(
    scene: Scene, kind: Kind, browser_of: BrowserOf, client: AsyncClient
) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host", "debate_moderator")
    host = await browser_of(scene.cast["host"])
    assert "Nobody else can decide, so you can from" in (await _switch(host, kind)).text
    await scene.db.execute(update(Argument).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    await scene.db.commit()
    assert "Nobody else can decide, so you may." in (await host.get(kind.url)).text
    assert (await _switch(host, kind)).status_code == 303
    made = (await scene.db.scalars(select(Decision).filter_by(action=kind.action))).one()
    assert made.interest == "argued"
    assert "The moderator had argued in this debate; nobody else could decide." in (await client.get("/log")).text


async def test_a_switch_of_another_name_is_not_there(host: AsyncClient) -> None:
    assert (await host.get("/debates/mill/switches/votes")).status_code == 404


async def test_numbers_of_what_moderators_did_name_it(kind: Kind, host: AsyncClient, client: AsyncClient) -> None:
    await _switch(host, kind)
    called = {Action.FIRST_POSTS: "First posts switched", Action.AUTOMATIC_HIDING: "Automatic hiding switched"}
    assert called[kind.action] in (await client.get("/transparency")).text

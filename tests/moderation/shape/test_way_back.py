"""Merging, moving and splitting from a case lead on in the queue, as its other decisions do."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from httpx import AsyncClient

from app.models import Argument, Case
from tests.factories import make_argument
from tests.moderation.casework.conftest import open_case
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision
from tests.moderation.shape.conftest import PARTS

VIEW = "score=5&order=weightiest"
ACTS = ("merge", "move", "split")


@pytest.fixture
async def cases(scene: Scene) -> Sequence[Case]:
    """The second is next in the view."""
    return [await open_case(scene, score=score) for score in (9.0, 6.0, 1.0)]


@pytest.fixture
async def moderator(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["debate_moderator"])


def _url(case: Case, act: str) -> str:
    return f"/debates/mill/arguments/{case.argument_id}/{act}"


def _way(page: str, url: str) -> dict[str, str]:
    """As the first link to the act carries it."""
    found = re.search(rf'href="{url}\?([^"]+)"', page)
    assert found, url
    pairs = found[1].replace("&amp;", "&").split("&")
    return {name: value.replace("%3D", "=").replace("%26", "&") for name, value in (pair.split("=") for pair in pairs)}


async def _chosen(scene: Scene, act: str) -> dict[str, Any]:
    """What the page that confirms it is asked for."""
    other = await make_argument(scene.db, scene.debate, scene.cast["member"], parent=scene.root)
    await scene.db.commit()
    return {"merge": {"into": other.id}, "move": {"position": "side-1"}, "split": {}}[act]


async def _fields(browser: AsyncClient, url: str, sought: dict[str, Any]) -> dict[str, Any]:
    page = (await browser.get(url, params=sought)).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    return {name: value.replace("&amp;", "&") for name, value in hidden.items()} | decision()


@pytest.mark.parametrize("act", ACTS)
async def test_next_case_of_the_view_comes_after_it(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str
) -> None:
    first, second, _ = cases
    page = (await moderator.get(f"/moderation/cases/{first.id}?{VIEW}")).text
    way = _way(page, _url(first, act))
    assert way == {"at_case": str(first.id), "view": VIEW}
    sought = {**way, **await _chosen(scene, act)}
    shown = (await moderator.get(_url(first, act), params=sought)).text
    assert f'<a href="/moderation/cases/{first.id}?score=5&amp;order=weightiest">Case {first.id}</a>' in shown
    assert "and open the next" in shown
    sent = await _fields(moderator, _url(first, act), sought) | PARTS | {"then": "next"}
    answer = await moderator.post(_url(first, act), data=sent)
    assert answer.headers["location"].startswith(f"/moderation/cases/{second.id}?{VIEW}&decided=")
    page = (await moderator.get(answer.headers["location"])).text
    assert "You work on this case until" in page
    assert f"/undo?then=next&amp;at_case={second.id}&amp;score=5&amp;order=weightiest" in page


@pytest.mark.parametrize("act", ACTS)
async def test_without_the_next_case_it_leads_to_the_decision(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str
) -> None:
    sought = {"at_case": str(cases[0].id), "view": VIEW, **await _chosen(scene, act)}
    sent = await _fields(moderator, _url(cases[0], act), sought) | PARTS
    answer = await moderator.post(_url(cases[0], act), data=sent)
    assert re.fullmatch(r"/decisions/\d+\?done=decided", answer.headers["location"])


@pytest.mark.parametrize("act", ACTS)
async def test_whoever_comes_from_elsewhere_is_not_led_into_the_queue(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str
) -> None:
    shown = (await moderator.get(_url(cases[0], act), params=await _chosen(scene, act))).text
    assert "and open the next" not in shown
    assert "/moderation/cases/" not in shown


@pytest.mark.parametrize("act", ACTS)
async def test_form_that_comes_back_keeps_the_way(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str
) -> None:
    sought = {"at_case": str(cases[0].id), "view": VIEW, **await _chosen(scene, act)}
    sent = await _fields(moderator, _url(cases[0], act), sought) | PARTS | {"then": "next", "explanation": "No."}
    answer = await moderator.post(_url(cases[0], act), data=sent)
    assert answer.status_code == 422
    assert f'<a href="/moderation/cases/{cases[0].id}?score=5&amp;order=weightiest">' in answer.text
    assert "and open the next" in answer.text


@pytest.mark.parametrize("act", ACTS)
async def test_preview_keeps_the_way_too_and_is_no_second_look(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str
) -> None:
    sought = {"at_case": str(cases[0].id), "view": VIEW, **await _chosen(scene, act)}
    sent = await _fields(moderator, _url(cases[0], act), sought) | PARTS
    cases[0].version += 1
    await scene.db.commit()
    shown = await moderator.post(_url(cases[0], act), data={**sent, "act": "preview"})
    assert shown.status_code == 200
    assert WHY in shown.text.partition("Nothing is decided yet")[2].partition("</dl>")[0]
    assert f'name="seen" value="{sent["seen"]}"' in shown.text
    assert "and open the next" in shown.text
    assert (await moderator.post(_url(cases[0], act), data=sent)).status_code == 409


@pytest.mark.parametrize(("act", "name"), [("merge", "into"), ("move", "to")])
async def test_choosing_the_other_argument_keeps_the_way(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str, name: str
) -> None:
    url, way = _url(cases[0], act), {"at_case": str(cases[0].id), "view": VIEW}
    other = await _find(scene, cases[1])
    page = (await moderator.get(url, params={**way, "q": other.claim})).text
    assert f'<input type="hidden" name="at_case" value="{cases[0].id}">' in page
    assert f"{name}={other.id}&amp;at_case={cases[0].id}&amp;view=score%3D5%26order%3Dweightiest" in page
    answer = await moderator.get(url, params={**way, "q": f"https://example.org/arguments/{other.id}"})
    assert (
        answer.headers["location"]
        == f"{url}?{name}={other.id}&at_case={cases[0].id}&view=score%3D5%26order%3Dweightiest"
    )


@pytest.mark.parametrize(
    ("act", "sent"), [("merge", {"into": "x"}), ("merge", {}), ("move", {"to": "x"}), ("move", {"position": "none"})]
)
async def test_form_without_a_target_that_can_be_read_comes_back_with_its_words(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case], act: str, sent: dict[str, str]
) -> None:
    url, way = _url(cases[0], act), {"at_case": str(cases[0].id), "view": VIEW}
    answer = await moderator.post(url, data=decision(**way, **sent, seen="0", explanation="These two say one thing."))
    field = "position" if "position" in sent else {"merge": "into", "move": "to"}[act]
    assert answer.status_code == 422
    named = {"merge": "The other argument", "move": "The place"}[act]
    assert f'id="{field}-error">{named} cannot be read' in answer.text
    assert "These two say one thing.</textarea>" in answer.text
    assert f'<a href="/moderation/cases/{cases[0].id}?score=5&amp;order=weightiest">' in answer.text


async def _find(scene: Scene, case: Case) -> Argument:
    return await scene.db.get_one(Argument, (scene.debate.id, case.argument_id))


async def test_last_case_of_the_view_leads_back_to_the_queue(
    scene: Scene, moderator: AsyncClient, cases: Sequence[Case]
) -> None:
    view = "score=8.3"
    sought = {"at_case": str(cases[0].id), "view": view, **await _chosen(scene, "move")}
    sent = await _fields(moderator, _url(cases[0], "move"), sought) | {"then": "next"}
    answer = await moderator.post(_url(cases[0], "move"), data=sent)
    assert answer.headers["location"].startswith(f"/moderation?{view}&decided=")

"""A warning, on the site or in one debate, is shown on every page until whoever was warned confirms to have read it."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Decision, LogEntry
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, place_of

SHOWN = "Read why, and confirm that you have read it"


async def _warn(scene: Scene, browser_of: BrowserOf, where: str) -> str:
    moderator = await browser_of(scene.cast["site_moderator"])
    if where == "site":
        answer = await moderator.post("/people/author/restrict", data=decision(kind="warn"))
    else:
        sent = decision(action="warn", version="0")
        answer = await moderator.post("/debates/mill/people/author/measures", data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


@pytest.mark.parametrize("where", ["site", "debate"])
async def test_it_is_shown_until_it_is_confirmed(scene: Scene, browser_of: BrowserOf, where: str) -> None:
    made = await _warn(scene, browser_of, where)
    author = await browser_of(scene.cast["author"])
    for page in ("/", "/account", "/debates/mill"):
        assert SHOWN in (await author.get(page)).text
    statement = (await author.get(made)).text
    assert SHOWN not in statement
    assert ("On the whole site" if where == "site" else "In this debate") in statement
    for _ in range(2):
        assert (await author.post(f"{made}/acknowledge")).status_code == 303
    assert SHOWN not in (await author.get("/account")).text
    assert "I have read it" not in (await author.get(made)).text
    assert (await scene.db.scalars(select(Decision.acknowledged_at))).all().count(None) == 2  # The cast's sanctions.


async def test_nobody_else_can_confirm_it(scene: Scene, browser_of: BrowserOf) -> None:
    made = await _warn(scene, browser_of, "site")
    assert (await (await browser_of(scene.cast["member"])).post(f"{made}/acknowledge")).status_code == 403
    assert "Not confirmed yet" in (await (await browser_of(scene.cast["site_moderator"])).get(made)).text
    assert SHOWN not in (await (await browser_of(scene.cast["member"])).get("/")).text


async def test_warning_taken_back_is_shown_no_more(scene: Scene, browser_of: BrowserOf) -> None:
    made = await _warn(scene, browser_of, "site")
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.post(f"{made}/undo", data=decision(explanation=WHY))).status_code == 303
    assert SHOWN not in (await (await browser_of(scene.cast["author"])).get("/account")).text


async def test_warning_for_the_site_stands_in_the_log(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    await _warn(scene, browser_of, "site")
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.action, place_of(entry.item)) == ("warn", {"kind": "person", "id": scene.cast["author"].id})
    assert WHY in (await client.get("/log")).text

"""Whatever people and moderators do, in whatever order or at once: every counter says what a recount says."""

import asyncio

import pytest
from httpx import AsyncClient

from app.doctor.examination import examine
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

ORDERS = ["hide withdraw restore", "withdraw hide restore", "hide restore withdraw", "hide withdraw", "withdraw hide"]


async def _examined(scene: Scene) -> list[str]:
    return [f"{found.name}: {found.examples}" async for found in examine(scene.db) if found.count]


def _items(scene: Scene) -> list[tuple[str, str]]:
    """Addresses of items with who wrote them."""
    return [
        (f"/debates/mill/arguments/{scene.root.id}", "member"),
        (scene.reply_url, "author"),
        (scene.annotation_url, "author"),
    ]


async def _hide(moderator: AsyncClient, url: str) -> str:
    answer = await moderator.post(f"{url}/hide", data=decision())
    return answer.headers.get("location", "").partition("?")[0]


@pytest.mark.parametrize("order", ORDERS)
async def test_counters_hold_in_every_order(scene: Scene, browser_of: BrowserOf, order: str) -> None:
    assert await _examined(scene) == []
    moderator = await browser_of(scene.cast["site_moderator"])
    for url, author in _items(scene):
        made = ""
        for act in order.split():
            if act == "withdraw":
                answer = await (await browser_of(scene.cast[author])).post(f"{url}/withdraw")
                assert answer.status_code == 303
            elif act == "hide":
                made = await _hide(moderator, url)
                assert made
            else:
                assert (await moderator.post(f"{made}/undo", data=decision())).status_code == 303
        assert await _examined(scene) == []


async def test_counters_hold_when_everything_happens_at_once(scene: Scene, browser_of: BrowserOf) -> None:
    names = ("site_moderator", "host", "debate_moderator", "member", "newcomer", "author", "silenced")
    browsers = {name: await browser_of(scene.cast[name]) for name in names}
    for _ in range(3):
        answers = await asyncio.gather(
            _hide(browsers["site_moderator"], scene.reply_url),
            _hide(browsers["host"], scene.reply_url),
            _hide(browsers["debate_moderator"], scene.annotation_url),
            flag(browsers["newcomer"], scene.reply_url),
            flag(browsers["silenced"], scene.annotation_url),
            browsers["newcomer"].post(f"{scene.reply_url}/vote", data={"value": "agree"}),
            browsers["silenced"].post(f"{scene.reply_url}/vote", data={"value": "disagree"}),
            browsers["newcomer"].post(f"{scene.annotation_url}/unflag"),
            browsers["site_moderator"].post(f"{scene.reply_url}/lock", data=decision()),
        )
        statuses = {answer.status_code for answer in answers if not isinstance(answer, str)}
        assert statuses <= {303, 403, 409}
        assert await _examined(scene) == []
        for made in {answer for answer in answers if isinstance(answer, str) and answer}:
            assert (await browsers["site_moderator"].post(f"{made}/undo", data=decision())).status_code in (303, 403)
        assert await _examined(scene) == []
    withdrawals = await asyncio.gather(
        browsers["author"].post(f"{scene.reply_url}/withdraw"), _hide(browsers["site_moderator"], scene.reply_url)
    )
    assert withdrawals[0].status_code in (303, 403)
    assert await _examined(scene) == []

"""Two moderators at the same page of watched words: nobody changes a word that they did not see."""

import re
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import WatchedWord
from tests.moderation.conftest import BrowserOf, Scene

PAGE = "/debates/mill/prevention"
WHY = "Advertisements for gambling came in dozens last week."
OTHER = "They write of games for money in every second post."


@pytest.fixture
async def first(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["debate_moderator"])


@pytest.fixture
async def second(scene: Scene, browser_of: BrowserOf) -> AsyncClient:
    return await browser_of(scene.cast["host"])


async def _seen(browser: AsyncClient, page: str, act: str) -> str:
    """The version that goes with a form of the page."""
    text = (await browser.get(page)).text
    found = re.search(rf'action="{re.escape(act)}".*?name="version" value="(\d+)"', text, re.DOTALL)
    assert found, text
    return found[1]


def _form(explanation: str, **fields: str) -> dict[str, str]:
    return {"explanation": explanation, "idempotency_key": str(uuid4()), **fields}


async def _watch(browser: AsyncClient, pattern: str) -> None:
    sent = _form(WHY, pattern=pattern, action="flag")
    assert (await browser.post(f"{PAGE}/words", data=sent)).status_code == 303


async def _words(scene: Scene) -> dict[str, int]:
    rows = (await scene.db.execute(select(WatchedWord.pattern, WatchedWord.id))).all()
    await scene.db.commit()
    return {row.pattern: row.id for row in rows}


async def test_a_word_that_somebody_added_meanwhile_makes_the_form_stale_and_keeps_what_was_typed(
    scene: Scene, first: AsyncClient, second: AsyncClient
) -> None:
    seen = await _seen(second, PAGE, f"{PAGE}/words")
    await _watch(first, "casino")
    sent = _form(OTHER, pattern="roulette", action="block", version=seen)
    answer = await second.post(f"{PAGE}/words", data=sent)
    assert answer.status_code == 409
    assert f"{scene.cast['debate_moderator'].display_name} has decided about this since" in answer.text
    assert OTHER in answer.text
    assert 'value="roulette"' in answer.text
    assert list(await _words(scene)) == ["casino"]
    shown = re.search(r'action="/debates/mill/prevention/words".*?name="version" value="(\d+)"', answer.text, re.DOTALL)
    assert shown, "The form goes again with what is shown now."
    assert (await second.post(f"{PAGE}/words", data={**sent, "version": shown[1]})).status_code == 303
    assert list(await _words(scene)) == ["casino", "roulette"]


async def test_a_word_that_somebody_changed_meanwhile_is_not_removed(
    scene: Scene, first: AsyncClient, second: AsyncClient
) -> None:
    await _watch(first, "casino")
    url = f"{PAGE}/words/{(await _words(scene))['casino']}/remove"
    seen = await _seen(second, url, url)
    await first.post(f"{PAGE}/words", data=_form(WHY, pattern="casino", action="block"))
    answer = await second.post(url, data=_form(OTHER, version=seen))
    assert answer.status_code == 409
    assert OTHER in answer.text
    assert "are blocked" in answer.text, "How it stands now."
    assert "casino" in await _words(scene)


async def test_a_change_of_another_word_does_not_hinder_removing_one(
    scene: Scene, first: AsyncClient, second: AsyncClient
) -> None:
    await _watch(first, "casino")
    url = f"{PAGE}/words/{(await _words(scene))['casino']}/remove"
    seen = await _seen(second, url, url)
    await _watch(first, "roulette")
    assert (await second.post(url, data=_form(OTHER, version=seen))).status_code == 303
    assert list(await _words(scene)) == ["roulette"]


async def test_a_word_that_is_gone_is_a_conflict_and_the_same_form_twice_is_none(
    scene: Scene, first: AsyncClient, second: AsyncClient
) -> None:
    await _watch(first, "casino")
    url = f"{PAGE}/words/{(await _words(scene))['casino']}/remove"
    seen = await _seen(second, url, url)
    sent = _form(WHY, version=seen)
    assert [(await first.post(url, data=sent)).status_code for _ in range(2)] == [303, 303]
    answer = await second.post(url, data=_form(OTHER, version=seen))
    assert answer.status_code == 409
    assert "Somebody has removed this word since" in answer.text
    assert OTHER in answer.text

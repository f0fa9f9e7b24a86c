"""Watched words of the site count in what people call themselves."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Case, Flag, User, WatchAction, WatchedWord
from tests.moderation.conftest import BrowserOf, Scene

PASSWORD = "seven quiet herons wade"


async def _watch(scene: Scene, action: WatchAction) -> None:
    scene.db.add(WatchedWord(pattern="wretch*", action=action))
    await scene.db.commit()


async def _sign_up(browser: AsyncClient, **names: str) -> tuple[int, str]:
    sent = {"username": "heron", "password": PASSWORD, "rules": "on", "shown_at": "0", **names}
    answer = await browser.post("/sign-up", data=sent)
    return answer.status_code, answer.text


@pytest.mark.parametrize("names", [{"display_name": "A ᴡretched one"}, {"username": "wretched-one"}])
async def test_blocked_name_is_refused_beside_its_field(
    scene: Scene, client: AsyncClient, names: dict[str, str]
) -> None:
    await _watch(scene, WatchAction.BLOCK)
    status, page = await _sign_up(client, **names)
    assert status == 422
    assert "do not let a name stand that has this in it" in page
    assert f'id="{next(iter(names))}-error"' in page


async def test_blocked_name_is_refused_when_it_is_changed(scene: Scene, browser_of: BrowserOf) -> None:
    await _watch(scene, WatchAction.BLOCK)
    member = await browser_of(scene.cast["member"])
    answer = await member.post("/account/display-name", data={"display_name": "w.r.e.t.c.h"})
    assert answer.status_code == 422
    assert "do not let a name stand" in answer.text
    assert (await member.post("/account/display-name", data={"display_name": "Quiet heron"})).status_code == 303


async def test_name_with_a_word_that_holds_or_flags_is_reported(scene: Scene, client: AsyncClient) -> None:
    await _watch(scene, WatchAction.HOLD)
    assert (await _sign_up(client, display_name="Wretched"))[0] == 303
    person = (await scene.db.scalars(select(User.id).where(User.username == "heron"))).one()
    assert (await scene.db.scalars(select(Case.person_id))).all() == [person]
    assert "wretch" in (await scene.db.scalars(select(Flag.words))).one()

"""What came on top of a measure is undone first: until then the page and the refusal name it."""

from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from app.models import Appeal, DebateRole, DebateState
from tests.moderation.appeals.test_appeals import answer, appeal
from tests.moderation.conftest import BrowserOf, Scene, decision
from tests.moderation.measures.test_measures import MEASURES, measure
from tests.moderation.measures.test_told_of_measures import remove

ROLE = "/debates/mill/people/member/role"


async def _lock(scene: Scene, browser_of: BrowserOf) -> str:
    moderator = await browser_of(scene.cast["debate_moderator"])
    return _made(await moderator.post(MEASURES, data=measure("lock_debate")))


def _made(answered: Any) -> str:
    assert answered.status_code == 303, answered.text
    return str(answered.headers["location"].partition("?")[0])


def _names(removal: str, why: str = "The debate was removed since.") -> str:
    return f"{why} Undo decision {removal.rpartition('/')[2]} first."


async def _undo(browser: AsyncClient, made: str) -> Any:
    return await browser.post(f"{made}/undo", data=decision())


async def test_lock_below_a_removal_is_undone_after_it(scene: Scene, browser_of: BrowserOf) -> None:
    lock = await _lock(scene, browser_of)
    browser = await browser_of(scene.cast["administrator"])
    assert "Undo it</button>" in (await browser.get(f"{lock}/undo")).text
    removal = await remove(scene, browser_of, lock.rpartition("/")[2])
    before = (await browser.get(f"{lock}/undo")).text
    assert _names(removal) in before
    assert f'href="{removal}/undo"' in before
    assert "Undo it</button>" not in before
    refused = await _undo(browser, lock)
    assert refused.status_code == 409
    assert refused.text.count(_names(removal)) == 1
    assert f'href="{removal}/undo"' in refused.text
    _made(await _undo(browser, removal))
    assert "Undo it</button>" in (await browser.get(f"{lock}/undo")).text
    _made(await _undo(browser, lock))
    assert (await scene.fresh(scene.debate)).state == DebateState.OPEN
    assert "undone already" in (await browser.get(f"{lock}/undo")).text


async def test_appeal_against_such_a_lock_names_the_removal(scene: Scene, browser_of: BrowserOf) -> None:
    lock = await _lock(scene, browser_of)
    await appeal(await browser_of(scene.cast["host"]), lock)
    removal = await remove(scene, browser_of, lock.rpartition("/")[2])
    waiting = (await scene.db.scalars(select(Appeal))).one()
    browser = await browser_of(scene.cast["administrator"])
    page = (await browser.get(f"/moderation/appeals/{waiting.id}")).text
    assert _names(removal) in page
    assert f'href="{removal}/undo"' in page
    refused = await answer(browser, waiting.id, "overturned")
    assert refused.status_code == 409
    assert refused.text.count(_names(removal)) == 1
    _made(await _undo(browser, removal))
    assert "Undo decision" not in (await browser.get(f"/moderation/appeals/{waiting.id}")).text
    _made(await answer(browser, waiting.id, "overturned"))
    assert (await scene.fresh(scene.debate)).state == DebateState.OPEN


async def test_role_that_was_changed_again_names_the_later_change(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    first = _made(await browser.post(ROLE, data=decision(seen="none", role="moderator")))
    later = _made(await browser.post(ROLE, data=decision(seen="moderator", role="host")))
    named = _names(later, "Their role was changed again since.")
    assert named in (await browser.get(f"{first}/undo")).text
    refused = await _undo(browser, first)
    assert refused.status_code == 409
    assert refused.text.count(named) == 1
    _made(await _undo(browser, later))
    _made(await _undo(browser, first))
    role = select(DebateRole.kind).filter_by(user_id=scene.cast["member"].id)
    assert await scene.db.scalar(role) is None


async def test_state_that_changed_without_a_decision_leaves_nothing_to_undo(
    scene: Scene, browser_of: BrowserOf
) -> None:
    lock = await _lock(scene, browser_of)
    scene.debate.state = DebateState.ARCHIVED
    await scene.db.commit()
    browser = await browser_of(scene.cast["administrator"])
    assert "not in force any more" in (await browser.get(f"{lock}/undo")).text
    assert (await _undo(browser, lock)).status_code == 409

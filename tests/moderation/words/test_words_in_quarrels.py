"""Who has argued in a debate does not say which words are watched there: that could silence the other side."""

from uuid import uuid4

from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.models import Argument, Decision, Stake, WatchedWord
from app.permissions_to_judge import SOLE_MODERATOR_WAITS
from tests.moderation.conftest import BrowserOf, Scene, argue, leave_alone

PAGE = "/debates/mill/prevention"
WHY = "It comes with advertising alone, and never with an argument."


def _why(**fields: str) -> dict[str, str]:
    return {"explanation": WHY, "version": "0", "idempotency_key": str(uuid4()), **fields}


async def _watch(browser: AsyncClient) -> Response:
    return await browser.post(f"{PAGE}/words", data=_why(pattern="casino", action="block"))


async def test_party_neither_watches_nor_removes_nor_undoes(scene: Scene, browser_of: BrowserOf) -> None:
    other = await browser_of(scene.cast["site_moderator"])
    assert (await _watch(other)).status_code == 303
    made = (await scene.db.scalars(select(Decision).filter_by(action="watch"))).one()
    word = (await scene.db.scalars(select(WatchedWord))).one()
    await argue(scene, "debate_moderator")
    party = await browser_of(scene.cast["debate_moderator"])
    page = (await party.get(PAGE)).text
    assert "You have argued here: another moderator has to decide." in page
    assert "Watch it</button>" not in page
    assert "<code>casino</code>" in page
    assert "/remove" not in page
    sent = _why(version=str(made.id))
    assert (await _watch(party)).status_code == 403
    assert (await party.get(f"{PAGE}/words/{word.id}/remove")).status_code == 403
    assert (await party.post(f"{PAGE}/words/{word.id}/remove", data=sent)).status_code == 403
    assert (await party.post(f"/decisions/{made.id}/undo", data=sent)).status_code == 403
    assert (await other.post(f"/decisions/{made.id}/undo", data=sent)).status_code == 303


async def test_alone_a_party_may_after_a_day_and_the_log_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "debate_moderator")
    await leave_alone(scene, "debate_moderator")
    party = await browser_of(scene.cast["debate_moderator"])
    assert (await _watch(party)).status_code == 403
    await scene.db.execute(update(Argument).values(created_at=Argument.created_at - SOLE_MODERATOR_WAITS))
    await scene.db.commit()
    assert "Nobody else can decide, so you may." in (await party.get(PAGE)).text
    assert (await _watch(party)).status_code == 303
    interest = select(Decision.interest).filter_by(action="watch")
    assert (await scene.db.scalars(interest)).one() == Stake.ARGUED

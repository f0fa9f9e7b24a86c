"""Who decided what an appeal has overturned leaves what it was about to others."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.models import Argument, Case, Decision, Stake
from app.permissions_to_judge import SOLE_MODERATOR_WAITS
from tests.moderation.appeals.test_appeals import answer, appeal, dismiss, hide, hide_by_case, only_appeal
from tests.moderation.conftest import BrowserOf, Scene, decision, flag, leave_alone

REFUSED = "An appeal has overturned what you decided about this: another moderator has to decide."


@pytest.mark.parametrize("waits", ["flagged", "dismissed", "not flagged"])
async def test_first_decider_does_not_decide_again(scene: Scene, browser_of: BrowserOf, waits: str) -> None:
    """Neither on the case, which waits again where it was flagged, nor on the text itself."""
    await _lose(scene, browser_of, waits)
    first, other = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "site_moderator")]
    assert (await first.post(f"{scene.reply_url}/hide", data=decision())).status_code == 403
    if waits == "not flagged":
        assert (await other.post(f"{scene.reply_url}/hide", data=decision())).status_code == 303
    else:
        case = await scene.open_case()
        assert REFUSED in (await first.get(f"/moderation/cases/{case.id}")).text
        sent = decision(action="hide", version=str(case.version))
        assert (await first.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 403
        assert "/cases/" not in (await first.post("/moderation/next")).headers["location"]
        assert "/cases/" in (await other.post("/moderation/next")).headers["location"]
        assert (await other.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 303


async def test_alone_one_may_after_a_day_and_the_log_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    await _lose(scene, browser_of, "flagged")
    await leave_alone(scene, "debate_moderator")
    case = await scene.open_case()
    first = await browser_of(scene.cast["debate_moderator"])
    sent = decision(action="hide", version=str(case.version))
    assert (await first.post(f"/moderation/cases/{case.id}/decide", data=sent)).status_code == 403
    await _wait(scene)
    answered = await first.post(f"/moderation/cases/{case.id}/decide", data=sent)
    assert answered.status_code == 303
    newest = select(Decision.interest).order_by(Decision.id.desc()).limit(1)
    assert await scene.db.scalar(newest) == Stake.OVERTURNED
    assert "An appeal had overturned what the moderator decided" in (await first.get(answered.headers["location"])).text


async def _lose(scene: Scene, browser_of: BrowserOf, waits: str) -> None:
    appellant = await browser_of(scene.cast["newcomer" if waits == "dismissed" else "author"])
    if waits == "dismissed":
        made = await dismiss(scene, browser_of)
    elif waits == "flagged":
        await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
        made = await hide_by_case(scene, browser_of)
    else:
        made = await hide(scene, browser_of)
    await appeal(appellant, made)
    host = await browser_of(scene.cast["host"])
    assert (await answer(host, (await only_appeal(scene)).id, "overturned")).status_code == 303


async def _wait(scene: Scene) -> None:
    earlier = SOLE_MODERATOR_WAITS + timedelta(minutes=1)
    for kind, column in ((Case, Case.opened_at), (Argument, Argument.created_at)):
        await scene.db.execute(update(kind).values({column: column - earlier}))
    await scene.db.commit()

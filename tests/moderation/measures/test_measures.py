"""Slow and lock a debate, warn and restrict in it, give roles, and let a second moderator confirm what is grave."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.models import Action, DebateRole, DebateState, Decision, LogEntry, Proposal, Sanction, User
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, place_of

WRITING = {
    "claim": "The mill turns without anybody's help.",
    "grounds": "It always has, and it will.",
    "relation": "rebut",
}
MEASURES = "/debates/mill/measures"


async def reply(browser: AsyncClient, scene: Scene) -> Response:
    form = WRITING | {"claim": f"The mill turns without {uuid4().hex}.", "idempotency_key": str(uuid4())}
    return await browser.post(f"/debates/mill/arguments/{scene.root.id}/replies", data=form)


def measure(action: str, **fields: Any) -> dict[str, Any]:
    return decision(action=action, seconds="600", **{"version": "0", **fields})


@pytest.mark.parametrize("where", ["debate", "thread"])
async def test_slow_mode_makes_writers_wait_and_says_why(scene: Scene, browser_of: BrowserOf, where: str) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    url = MEASURES if where == "debate" else f"{scene.reply_url}/slow"
    made = await moderator.post(url, data=measure("slow"))
    assert made.status_code == 303
    newcomer = await browser_of(scene.cast["newcomer"])
    assert (await reply(newcomer, scene)).status_code == 303
    refused = await reply(newcomer, scene)
    assert refused.status_code == 429
    assert f"Moderators have slowed this {where}: everybody waits 10 minutes" in refused.text
    assert WHY in refused.text
    assert 590 < int(refused.headers["retry-after"]) <= 600
    undone = await moderator.post(f"{made.headers['location'].partition('?')[0]}/undo", data=decision())
    assert undone.status_code == 303
    assert (await reply(newcomer, scene)).status_code == 303


@pytest.mark.parametrize("where", ["debate", "thread"])
async def test_form_says_that_it_is_slowed_before_one_writes(scene: Scene, browser_of: BrowserOf, where: str) -> None:
    moderator, newcomer = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["newcomer"])
    form = f"/debates/mill/arguments/{scene.root.id}/reply"
    assert "have slowed" not in (await newcomer.get(form)).text
    await moderator.post(MEASURES if where == "debate" else f"{scene.reply_url}/slow", data=measure("slow"))
    blank = (await newcomer.get(form)).text
    assert f"Moderators have slowed this {where}: everybody waits 10 minutes between two posts." in blank
    assert "You can post now, and then again after that pause." in blank
    assert WHY in blank
    await reply(newcomer, scene)
    blank = (await newcomer.get(form)).text
    assert "You can post again at <time" in blank
    assert 'data-words="in # minutes" data-over="so now"' in blank
    first_level = (await newcomer.get("/debates/mill/arguments/new")).text
    assert ("have slowed this debate" in first_level) == (where == "debate")
    assert "have slowed" not in (await moderator.get(form)).text


async def test_refused_post_keeps_its_text(scene: Scene, browser_of: BrowserOf) -> None:
    await (await browser_of(scene.cast["debate_moderator"])).post(MEASURES, data=measure("slow"))
    newcomer = await browser_of(scene.cast["newcomer"])
    for _ in range(2):
        answer = await reply(newcomer, scene)
    assert answer.status_code == 429
    assert "nothing is posted yet" in answer.text
    assert "The mill turns without" in answer.text


async def test_locked_debate_takes_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["host"])
    made = await moderator.post(MEASURES, data=measure("lock_debate"))
    assert made.status_code == 303
    assert (await reply(await browser_of(scene.cast["newcomer"]), scene)).status_code == 403
    assert (await scene.fresh(scene.debate)).state == DebateState.LOCKED
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert place_of(entry.item) == {"kind": "debate", "id": scene.debate.id}
    assert "locked" in (await moderator.get("/log")).text


@pytest.mark.parametrize("url", [MEASURES, "/debates/mill/people/author/measures", "{reply}/slow"])
async def test_measures_carry_the_version_that_was_seen(scene: Scene, browser_of: BrowserOf, url: str) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    url = url.format(reply=scene.reply_url)
    form = measure("warn" if "people" in url else "slow", hours="3")
    assert (await moderator.post(url, data={**form, "version": ""})).status_code == 422
    assert (await moderator.post(url, data=form)).status_code == 303
    assert (await moderator.post(url, data=form)).status_code == 303  # The same form again is one decision.
    stale = await moderator.post(url, data={**form, "idempotency_key": str(uuid4())})
    assert stale.status_code == 409
    assert (WHY in stale.text) or ("It is slowed already" in stale.text)
    assert (
        len((await scene.db.scalars(select(Decision.id).filter_by(moderator_id=scene.cast["site_moderator"].id))).all())
        == 1
    )


async def test_silence_in_a_debate_holds_there_alone(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    url = "/debates/mill/people/author/measures"
    assert (await moderator.post(url, data=measure("silence", hours="3"))).status_code == 303
    refused = await reply(await browser_of(scene.cast["author"]), scene)
    assert refused.status_code == 403
    assert "Moderators have silenced you in this debate until" in refused.text
    sanction = (await scene.db.scalars(select(Sanction).filter_by(user_id=scene.cast["author"].id))).one()
    assert sanction.debate_id == scene.debate.id
    other = await browser_of(scene.cast["other_moderator"])
    assert (await other.post(url, data=measure("warn"))).status_code == 403


async def test_who_is_suspended_in_a_debate_reads_that_it_holds_there(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    url = "/debates/mill/people/author/measures"
    assert (await moderator.post(url, data=measure("suspend", hours="3"))).status_code == 303
    author = await browser_of(scene.cast["author"])
    refused = await reply(author, scene)
    assert refused.status_code == 403
    assert "You are suspended in this debate until" in refused.text
    assert "Your account is suspended" not in refused.text
    account = (await author.get("/account")).text
    assert "You are suspended in one debate until" in account
    assert "there you can only read" in account


async def test_role_is_changed_by_a_decision(scene: Scene, browser_of: BrowserOf) -> None:
    host = await browser_of(scene.cast["host"])
    url = "/debates/mill/people/member/role"
    form = decision(seen="none", role="moderator")
    assert (await host.post(url, data=form)).status_code == 303
    role = select(DebateRole.kind).filter_by(user_id=scene.cast["member"].id)
    assert await scene.db.scalar(role) == "moderator"
    stale = await host.post(url, data=decision(seen="none", role="host"))
    assert stale.status_code == 409
    assert (await scene.db.scalars(select(LogEntry.action))).all() == [Action.CHANGE_ROLE]


async def test_long_suspension_needs_two_moderators(scene: Scene, browser_of: BrowserOf) -> None:
    first = await browser_of(scene.cast["site_moderator"])
    form = decision(kind="suspend", hours="2160")
    proposed = (await first.post("/people/author/restrict", data=form)).headers["location"].partition("?")[0]
    assert proposed.startswith("/moderation/proposals/")
    assert (await scene.db.scalars(select(Sanction).filter_by(user_id=scene.cast["author"].id))).all() == []
    assert (await first.post(f"{proposed}/confirm")).status_code == 403
    assert (await (await browser_of(scene.cast["host"])).post(f"{proposed}/confirm")).status_code == 403
    second = await browser_of(scene.cast["administrator"])
    assert (await second.post(f"{proposed}/confirm")).status_code == 303
    assert (await second.post(f"{proposed}/confirm")).status_code == 409
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert entry.moderator_name == "Site_Moderator and Administrator"
    sanction = (await scene.db.scalars(select(Sanction).filter_by(user_id=scene.cast["author"].id))).one()
    assert sanction.until > datetime.now(UTC) + timedelta(days=89)


@pytest.mark.parametrize("fate", ["turned down", "expired"])
async def test_proposal_that_is_not_confirmed_decides_nothing(scene: Scene, browser_of: BrowserOf, fate: str) -> None:
    first = await browser_of(scene.cast["site_moderator"])
    made = await first.post(MEASURES, data=measure("remove_debate"))
    proposed = made.headers["location"].partition("?")[0]
    second = await browser_of(scene.cast["administrator"])
    if fate == "expired":
        (await scene.db.scalars(select(Proposal))).one().expires_at = datetime.now(UTC) - timedelta(seconds=1)
        await scene.db.commit()
    else:
        assert (await second.post(f"{proposed}/turn-down", data={"explanation": WHY})).status_code == 303
    assert (await second.post(f"{proposed}/confirm")).status_code == 409
    assert (await scene.fresh(scene.debate)).state == DebateState.OPEN


async def test_removed_debate_is_there_for_administrators_alone(scene: Scene, browser_of: BrowserOf) -> None:
    first = await browser_of(scene.cast["site_moderator"])
    made = await first.post(MEASURES, data=measure("remove_debate"))
    second = await browser_of(scene.cast["administrator"])
    confirmed = await second.post(made.headers["location"].partition("?")[0] + "/confirm")
    for name, status in (("host", 404), ("site_moderator", 404), ("administrator", 200)):
        assert (await (await browser_of(scene.cast[name])).get("/debates/mill")).status_code == status
    restored = await second.post(confirmed.headers["location"].partition("?")[0] + "/undo", data=decision())
    assert restored.status_code == 303
    assert (await first.get("/debates/mill")).status_code == 200


async def test_who_moderates_alone_confirms_after_a_day_and_it_is_logged_as_such(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await scene.db.delete(await scene.db.get_one(User, scene.cast["site_moderator"].id))
    await scene.db.commit()
    alone = await browser_of(scene.cast["administrator"])
    made = await alone.post("/people/author/restrict", data=decision(kind="suspend", hours="8760"))
    proposed = made.headers["location"].partition("?")[0]
    assert (await alone.post(f"{proposed}/confirm")).status_code == 403
    (await scene.db.scalars(select(Proposal))).one().made_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    assert (await alone.post(f"{proposed}/confirm")).status_code == 303
    assert (await scene.db.scalars(select(LogEntry))).one().item["in_spite_of"] == "alone"

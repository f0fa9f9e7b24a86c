"""Nobody changes roles in a debate in which they have argued, while somebody else is free to; who is told before."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from app.models import Argument, DebateRole, Decision, LogEntry
from tests.moderation.conftest import BrowserOf, Scene, argue, decision, leave_alone

PERSON = "/debates/mill/people/member"
REFUSED = "You have argued here: somebody else who gives roles here has to decide."


async def _role(scene: Scene) -> str | None:
    role = await scene.db.scalar(select(DebateRole.kind).filter_by(user_id=scene.cast["member"].id))
    await scene.db.commit()
    return role


async def test_host_who_has_argued_reads_before_that_somebody_else_gives_roles(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "host")
    host = await browser_of(scene.cast["host"])
    page = (await host.get(f"{PERSON}/measures")).text
    assert "You cannot change their role." in page
    assert REFUSED in page
    assert "Change the role" not in page
    answer = await host.post(f"{PERSON}/role", data=decision(seen="none", role="moderator"))
    assert answer.status_code == 403
    assert REFUSED in answer.text
    assert await _role(scene) is None


async def test_host_who_has_argued_does_not_undo_a_change_of_role(scene: Scene, browser_of: BrowserOf) -> None:
    keeper, host = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["host"])
    made = await keeper.post(f"{PERSON}/role", data=decision(seen="none", role="moderator"))
    await argue(scene, "host")
    url = made.headers["location"].partition("?")[0]
    assert (await host.post(f"{url}/undo", data=decision())).status_code == 403
    assert await _role(scene) == "moderator"


async def test_debates_moderators_do_not_count_as_free_since_they_give_no_roles(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host", "debate_moderator")
    answer = await (await browser_of(scene.cast["host"])).post(
        f"{PERSON}/role", data=decision(seen="none", role="moderator")
    )
    assert answer.status_code == 403
    assert "You have argued here: an administrator has to decide." in answer.text


async def test_administrator_alone_may_after_the_wait_and_the_log_says_so(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "administrator")
    await leave_alone(scene, "administrator", "debate_moderator")
    administrator = await browser_of(scene.cast["administrator"])
    sent = decision(seen="none", role="moderator")
    early = await administrator.post(f"{PERSON}/role", data=sent)
    assert early.status_code == 403
    assert "Nobody else can decide, so you can from" in early.text
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.execute(update(Argument).values(created_at=long_ago))
    await scene.db.commit()
    assert "Nobody else can decide, so you may." in (await administrator.get(f"{PERSON}/measures")).text
    assert (await administrator.post(f"{PERSON}/role", data=sent)).status_code == 303
    made = (await scene.db.scalars(select(Decision).order_by(Decision.id.desc()).limit(1))).one()
    entry = (await scene.db.scalars(select(LogEntry).filter_by(decision_id=made.id))).one()
    assert (made.interest, entry.item["in_spite_of"]) == ("argued", "argued")


async def test_who_made_a_change_of_role_does_not_answer_the_appeal_against_it(
    scene: Scene, browser_of: BrowserOf
) -> None:
    host, member = await browser_of(scene.cast["host"]), await browser_of(scene.cast["member"])
    made = await host.post(f"{PERSON}/role", data=decision(seen="none", role="moderator"))
    url = made.headers["location"].partition("?")[0]
    member = await browser_of(scene.cast["member"])  # Whose sessions have ended.
    await member.post(f"{url}/appeal", data={"words": "I was not asked whether I want this.", **decision()})
    page = (await host.get("/moderation/appeals")).text
    appeal = "/moderation/appeals/" + page.partition('href="/moderation/appeals/')[2].partition('"')[0]
    fields = {"outcome": "upheld", "version": "0"}
    assert (await host.post(f"{appeal}/answer", data=decision(**fields))).status_code == 403
    other = await browser_of(scene.cast["administrator"])
    assert (await other.post(f"{appeal}/answer", data=decision(**fields))).status_code == 303

"""Who joins a team of moderators by an invitation, and who steps down, stands in the log as every change of a role."""

import re
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.doctor.examination import examine
from app.models import Action, DebateRole, DebateRoleKind, Decision, LogEntry, ModeratorInvitation, Notification, Stake
from app.moderation.chain import Walk
from app.moderation.transparency import load_transparency
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import find_unlogged, verify_file, verify_log
from app.privacy.erasure import erase_person
from tests.moderation.appeals.test_appeals import answer, appeal
from tests.moderation.casework.test_handed_over import held
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

TEAM = "/debates/mill/moderators"
ROLE = "/debates/mill/people/{}/role"
ACCEPTED = "Invited to moderate this debate, and accepted."
STEPPED_DOWN = "They stepped down since"


async def join(scene: Scene, browser_of: BrowserOf, name: str = "member", by: str = "host") -> Decision:
    inviting = await browser_of(scene.cast[by])
    assert (await inviting.post(f"{TEAM}/invitations", data={"username": name})).status_code == 303
    return await accept(scene, browser_of, name)


async def accept(scene: Scene, browser_of: BrowserOf, name: str = "member") -> Decision:
    assert (await (await browser_of(scene.cast[name])).post(f"{TEAM}/accept")).status_code == 303
    return await newest(scene)


async def step_down(scene: Scene, browser_of: BrowserOf, name: str = "debate_moderator") -> Decision:
    assert (await (await browser_of(scene.cast[name])).post(f"{TEAM}/step-down")).status_code == 303
    return await newest(scene)


async def newest(scene: Scene) -> Decision:
    made = (await scene.db.scalars(select(Decision).order_by(Decision.id.desc()))).first()
    assert made is not None
    await scene.db.commit()
    return made


async def undo(browser: AsyncClient, made: Decision) -> Response:
    return await browser.post(f"/decisions/{made.id}/undo", data=decision(version=str(made.id)))


async def role_of(scene: Scene, name: str) -> DebateRoleKind | None:
    own = select(DebateRole.kind).filter_by(debate_id=scene.debate.id, user_id=scene.cast[name].id)
    kind = await scene.db.scalar(own)
    await scene.db.commit()
    return kind


async def told(scene: Scene, name: str) -> list[str]:
    rows = select(Notification.kind).where(Notification.user_id == scene.cast[name].id).order_by(Notification.id)
    return [kind.value for kind in await scene.db.scalars(rows)]


async def find_faults(scene: Scene) -> list[object]:
    """Of the chain, of decisions beside their entries, and of counters."""
    broken = [found async for found in verify_log(scene.db, Walk())]
    counted = [found.name async for found in examine(scene.db) if found.count]
    of_roles = set(await scene.db.scalars(select(Decision.id).filter_by(action=Action.CHANGE_ROLE)))
    unlogged = [found for found in await find_unlogged(scene.db) if found.row in of_roles]
    return [*broken, *await find_unlike_decisions(scene.db), *unlogged, *counted]


async def test_log_says_who_invited_whom_that_accepted(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await join(scene, browser_of)
    assert made.action == Action.CHANGE_ROLE
    said = re.compile(
        r"<b><bdi>Host</bdi></b> changed the role of <a href=\"/people/member\"><bdi>Member</bdi></a> "
        rf"\(from no role to moderator\), in .*</p>\s*<div class=\"soft\"><p>{ACCEPTED}</p>"
    )
    for url in ("/log", "/debates/mill/log"):
        page = (await client.get(url)).text
        assert said.search(page), page
        assert f'<a href="/decisions/{made.id}">' in page
    for url in ("/log.json", "/debates/mill/log.json"):
        document = (await client.get(url)).json()
        assert list(verify_file(document, Walk())) == []
        (entry,) = document["entries"]
        assert (entry["moderator"], entry["action"], entry["scope"]) == ("Host", "change_role", "debate")
        item = entry["chain"]["committed"]["item"]
        assert (item["by"], item["concerned"]) == (scene.cast["host"].id, scene.cast["member"].id)
        assert (item["from"], item["to"], "in_spite_of" in item) == (None, "moderator", False)
    assert "Host,change_role,mill,person," in (await client.get("/log.csv")).text
    assert await find_faults(scene) == []


async def test_statement_says_how_they_came_to_moderate(scene: Scene, browser_of: BrowserOf) -> None:
    made = await join(scene, browser_of)
    member = await browser_of(scene.cast["member"])
    page = (await member.get(f"/decisions/{made.id}")).text
    assert ACCEPTED in page
    assert "From no role to moderator" in page
    assert "None. <bdi>Host</bdi> invited them, and they accepted." in page
    assert f"/decisions/{made.id}/appeal" in page
    own = (await member.get("/account/decisions")).text
    assert ACCEPTED in own
    assert f"/decisions/{made.id}/appeal" in own


async def test_nobody_is_told_twice_that_an_invitation_was_accepted(scene: Scene, browser_of: BrowserOf) -> None:
    await join(scene, browser_of)
    assert await told(scene, "member") == ["invitation"]
    assert await told(scene, "host") == ["invitation_accepted"]


async def test_who_joined_by_invitation_loses_the_role_when_that_is_undone(scene: Scene, browser_of: BrowserOf) -> None:
    made = await join(scene, browser_of)
    keeper = await browser_of(scene.cast["site_moderator"])
    assert f"/decisions/{made.id}/undo" in (await keeper.get(f"/decisions/{made.id}")).text
    assert (await undo(keeper, made)).status_code == 303
    assert await role_of(scene, "member") is None
    assert await told(scene, "member") == ["invitation", "decision"]
    assert "moderates" not in (await keeper.get(f"/decisions/{made.id}/undo")).text
    assert (await undo(keeper, made)).status_code == 409
    again = await join(scene, browser_of)
    assert (again.id > made.id, await role_of(scene, "member")) == (True, DebateRoleKind.MODERATOR)
    assert await find_faults(scene) == []


async def test_who_joined_by_invitation_can_appeal_and_another_answers(scene: Scene, browser_of: BrowserOf) -> None:
    made = await join(scene, browser_of)
    await appeal(await browser_of(scene.cast["member"]), f"/decisions/{made.id}")
    waiting = "/moderation/appeals/1"
    assert "You made the decision" in (await (await browser_of(scene.cast["host"])).get(waiting)).text
    answered = await answer(await browser_of(scene.cast["site_moderator"]), 1, "overturned")
    assert answered.status_code == 303, answered.text
    assert await role_of(scene, "member") is None


async def test_log_says_in_spite_of_what_somebody_was_invited(scene: Scene, browser_of: BrowserOf) -> None:
    """As the invitation says, which the rule of quarrels had judged when it was sent."""
    host = await browser_of(scene.cast["host"])
    await host.post(f"{TEAM}/invitations", data={"username": "member"})
    await scene.db.execute(update(ModeratorInvitation).values(interest=Stake.ARGUED))
    await scene.db.commit()
    made = await accept(scene, browser_of)
    assert made.interest == Stake.ARGUED
    assert (await scene.db.scalars(select(LogEntry))).one().item["in_spite_of"] == "argued"
    assert "nobody else could decide" in (await host.get(f"/decisions/{made.id}")).text


async def test_invitation_by_somebody_who_has_left_is_signed_by_a_former_moderator(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    host = await browser_of(scene.cast["host"])
    await host.post(f"{TEAM}/invitations", data={"username": "member"})
    assert await erase_person(scene.db, scene.cast["host"].id, keeps_texts=True, name_key=b"key")
    await scene.db.commit()
    made = await accept(scene, browser_of)
    assert await role_of(scene, "member") == DebateRoleKind.MODERATOR
    assert "<bdi>A former moderator</bdi></b> changed the role of" in (await client.get("/log")).text
    assert "None. <bdi>A former moderator</bdi> invited them" in (await client.get(f"/decisions/{made.id}")).text
    assert await find_faults(scene) == []


async def test_who_got_a_role_meanwhile_keeps_it_and_nothing_more_is_logged(
    scene: Scene, browser_of: BrowserOf
) -> None:
    host = await browser_of(scene.cast["host"])
    await host.post(f"{TEAM}/invitations", data={"username": "member"})
    given = await host.post(ROLE.format("member"), data=decision(seen="none", role="host"))
    assert given.status_code == 303
    made = await accept(scene, browser_of)
    assert (made.explanation == ACCEPTED, await role_of(scene, "member")) == (False, DebateRoleKind.HOST)
    assert await told(scene, "host") == ["invitation_accepted"]


async def test_log_says_who_stepped_down(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    made = await step_down(scene, browser_of)
    name = "Debate_Moderator"
    page = (await client.get("/debates/mill/log")).text
    assert re.search(
        rf"<b><bdi>{name}</bdi></b> changed the role of <a href=\"/people/debate_moderator\"><bdi>{name}</bdi></a> "
        r"\(from moderator to no role\), in this debate</p>\s*<div class=\"soft\"><p>Stepped down.</p>",
        page,
    )
    assert "nobody else could decide" not in page
    entry = (await client.get("/log.json")).json()["entries"][0]
    assert entry["chain"]["committed"]["item"]["by"] == scene.cast["debate_moderator"].id
    assert (made.moderator_id, made.concerned_id) == (scene.cast["debate_moderator"].id,) * 2
    assert f"{name},change_role,mill,person," in (await client.get("/debates/mill/log.csv")).text
    assert await told(scene, "debate_moderator") == []
    assert await told(scene, "host") == ["stepped_down"]
    assert await find_faults(scene) == []


async def test_who_stepped_down_stays_so_until_they_are_invited_again(scene: Scene, browser_of: BrowserOf) -> None:
    """Nobody gives a role back that somebody has laid down, and there is nothing to appeal against."""
    made = await step_down(scene, browser_of)
    url = f"/decisions/{made.id}"
    own = await browser_of(scene.cast["debate_moderator"])
    keepers = [await browser_of(scene.cast[name]) for name in ("host", "site_moderator", "administrator")]
    for browser in (own, *keepers):
        page = (await browser.get(url)).text
        assert "None. <bdi>Debate_Moderator</bdi> stepped down." in page
        assert "can invite them again" in page
        assert "can appeal" not in page
        assert f"{url}/undo" not in page
        assert f"{url}/appeal" not in page
    for browser in keepers:
        page = (await browser.get(f"{url}/undo")).text
        assert "can be invited again" in page
        assert "Undoing it puts everything back" not in page
        assert (await undo(browser, made)).status_code == 403
    assert (
        await own.post(f"{url}/appeal", data={"words": "x" * 40, "idempotency_key": str(uuid4())})
    ).status_code == 403
    listed = (await own.get("/account/decisions")).text
    assert "Stepped down." in listed
    assert f"{url}/appeal" not in listed
    assert await role_of(scene, "debate_moderator") is None
    await join(scene, browser_of, "debate_moderator")
    for browser in keepers:
        assert "can be invited again" in (await browser.get(f"{url}/undo")).text


async def test_a_second_press_steps_down_once(scene: Scene, browser_of: BrowserOf) -> None:
    made = await step_down(scene, browser_of)
    again = await (await browser_of(scene.cast["debate_moderator"])).post(f"{TEAM}/step-down")
    assert (again.status_code, (await newest(scene)).id) == (403, made.id)


async def test_who_steps_down_hands_their_cases_back_as_before(scene: Scene, browser_of: BrowserOf) -> None:
    case = await held(scene, "debate_moderator")
    await step_down(scene, browser_of)
    assert (await scene.fresh(case)).assigned_to_id is None


@pytest.mark.parametrize("undone", ["joined", "taken"])
async def test_no_earlier_change_of_the_role_is_undone_after_that(
    scene: Scene, browser_of: BrowserOf, undone: str
) -> None:
    """Neither is it taken once more, nor does undoing that it was taken give back what was laid down since."""
    keeper = await browser_of(scene.cast["site_moderator"])
    await keeper.post(ROLE.format("debate_moderator"), data=decision(seen="moderator", role="none"))
    earlier = {"taken": await newest(scene), "joined": await join(scene, browser_of, "debate_moderator")}[undone]
    await step_down(scene, browser_of)
    page = (await keeper.get(f"/decisions/{earlier.id}/undo")).text
    assert STEPPED_DOWN in page
    assert "Undo it</button>" not in page
    assert "Undo decision" not in page.partition("<h1>Undo this decision</h1>")[2]
    refused = await keeper.post(f"/decisions/{earlier.id}/undo", data=decision())
    assert (refused.status_code, STEPPED_DOWN in refused.text) == (409, True)
    assert await role_of(scene, "debate_moderator") is None


async def test_earlier_change_names_the_later_role_of_who_moderates_again(scene: Scene, browser_of: BrowserOf) -> None:
    earlier = await join(scene, browser_of)
    await step_down(scene, browser_of, "member")
    keeper = await browser_of(scene.cast["site_moderator"])
    await keeper.post(ROLE.format("member"), data=decision(seen="none", role="moderator"))
    later = await newest(scene)
    page = (await keeper.get(f"/decisions/{earlier.id}/undo")).text
    assert f"Undo decision {later.id} first" in page
    assert STEPPED_DOWN not in page
    assert (await undo(keeper, later)).status_code == 303
    assert STEPPED_DOWN in (await keeper.get(f"/decisions/{earlier.id}/undo")).text


async def test_own_decisions_offer_no_undoing_of_a_stepping_down(scene: Scene, browser_of: BrowserOf) -> None:
    made = await step_down(scene, browser_of)
    await join(scene, browser_of, "debate_moderator")
    page = (await (await browser_of(scene.cast["debate_moderator"])).get("/moderation/activity")).text
    assert f"/decisions/{made.id}" in page
    assert f"/decisions/{made.id}/undo" not in page


async def test_numbers_count_both_and_measure_neither(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    """Nobody judged a case: neither the time until that nor the agreement of moderators has to do with it."""
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    form = decision(action="hide", version=str(case.version))
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    before = await load_transparency(scene.db, scene.debate.id)
    joined = await join(scene, browser_of)
    assert (await undo(await browser_of(scene.cast["site_moderator"]), joined)).status_code == 303
    await step_down(scene, browser_of)
    after = await load_transparency(scene.db, scene.debate.id)
    assert (after.first_decision, after.agreement) == (before.first_decision, before.agreement)
    assert dict(after.by_action)[Action.CHANGE_ROLE] == 2
    assert "Role changed" in (await client.get("/debates/mill/transparency")).text


async def test_team_does_not_take_joining_for_work_of_who_invited(scene: Scene, browser_of: BrowserOf) -> None:
    await join(scene, browser_of)
    page = (await (await browser_of(scene.cast["host"])).get(f"{TEAM}/activity")).text
    row = page.partition("<tbody>")[2].partition('/people/host"')[2].partition("</tr>")[0]
    assert "<td>0</td>" in row, page


async def test_who_is_erased_is_not_named(scene: Scene, browser_of: BrowserOf, client: AsyncClient) -> None:
    made = await step_down(scene, browser_of)
    assert await erase_person(scene.db, scene.cast["debate_moderator"].id, keeps_texts=True, name_key=b"key")
    await scene.db.commit()
    for url in ("/log", "/log.json", "/log.csv", f"/decisions/{made.id}"):
        assert "debate_moderator" not in (await client.get(url)).text.lower(), url
    page = (await client.get(f"/decisions/{made.id}")).text
    assert "None. <bdi>A former moderator</bdi> stepped down." in page
    assert "can appeal" not in page
    assert await find_faults(scene) == []

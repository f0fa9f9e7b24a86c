"""Hosts invite moderators, who accept or decline, and step down; each sees what they have decided."""

from sqlalchemy import select

from app.models import DebateRole, ModeratorInvitation
from tests.moderation.conftest import WHY

TEAM = "/debates/mill/moderators"


async def role_of(scene, name):
    own = select(DebateRole.kind).filter_by(debate_id=scene.debate.id, user_id=scene.cast[name].id)
    kind = (await scene.db.execute(own)).scalar_one_or_none()
    await scene.db.commit()
    return kind


async def invite(scene, browser_of, name="member"):
    await scene.db.commit()
    host = await browser_of(scene.cast["host"])
    assert (await host.post(f"{TEAM}/invitations", data={"username": name})).status_code == 303
    return host


async def test_who_is_invited_accepts_and_moderates_after_signing_in_again(scene, browser_of):
    host = await invite(scene, browser_of)
    assert "Not answered yet" in (await host.get(TEAM)).text
    member = await browser_of(scene.cast["member"])
    assert TEAM in (await member.get("/account/invitations")).text
    assert (await member.get("/moderation")).status_code == 403
    answer = await member.post(f"{TEAM}/accept")
    assert answer.headers["location"].startswith("/sign-in")
    assert await role_of(scene, "member") == "moderator"
    assert (await member.get("/account")).status_code == 303
    assert (await (await browser_of(scene.cast["member"])).get("/moderation")).status_code == 200


async def test_who_declines_stays_a_member_and_cannot_accept_later(scene, browser_of):
    await invite(scene, browser_of)
    member = await browser_of(scene.cast["member"])
    assert (await member.post(f"{TEAM}/decline")).status_code == 303
    assert (await member.post(f"{TEAM}/accept")).status_code == 403
    assert await role_of(scene, "member") is None


async def test_an_invitation_can_be_taken_back(scene, browser_of):
    host = await invite(scene, browser_of)
    id = (await scene.db.execute(select(ModeratorInvitation.id))).scalar_one()
    await host.post(f"{TEAM}/invitations/{id}/take-back")
    assert (await (await browser_of(scene.cast["member"])).post(f"{TEAM}/accept")).status_code == 403


async def test_names_that_cannot_be_invited_are_refused_with_the_reason(scene, browser_of):
    host = await invite(scene, browser_of)
    for name, says in (("nobody-here", "Nobody has this user name."), ("debate_moderator", "already")):
        answer = await host.post(f"{TEAM}/invitations", data={"username": name})
        assert (answer.status_code, says in answer.text) == (422, True)
    await invite(scene, browser_of)  # Once more is no fault.


async def test_nobody_but_hosts_sees_who_was_invited(scene, browser_of, client):
    await invite(scene, browser_of)
    for browser in (client, await browser_of(scene.cast["debate_moderator"])):
        page = (await browser.get(TEAM)).text
        assert "Not answered yet" not in page
        assert "/people/member" not in page
        assert "/people/debate_moderator" in page


async def test_a_moderator_steps_down(scene, browser_of):
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    assert (await moderator.post(f"{TEAM}/step-down")).status_code == 303
    assert await role_of(scene, "debate_moderator") is None
    assert (await moderator.get("/moderation")).status_code == 403


async def test_a_moderator_sees_what_they_decided_and_what_others_undid(scene, browser_of):
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    fields = {"house_rule": "civil", "explanation": WHY, "idempotency_key": "hide-it-once"}
    decision = (await moderator.post(f"{scene.reply_url}/hide", data=fields)).headers["location"].partition("?")[0]
    keeper = await browser_of(scene.cast["site_moderator"])
    undone = await keeper.post(f"{decision}/undo", data={"explanation": WHY, "idempotency_key": "undo-it-once"})
    assert undone.status_code == 303, undone.text
    page = (await moderator.get("/moderation/activity")).text
    assert '<th scope="row">Hidden</th><td>1</td><td>1</td>' in page
    assert decision in page

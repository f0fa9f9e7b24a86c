"""Hosts invite moderators, who accept or decline, and step down; each sees what they have decided."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from app.doctor.examination import examine
from app.models import DebateRole, ModeratorInvitation, Notification, User
from app.moderation.team.expiry import INVITATION_KEPT, INVITATION_OPEN, expire_invitations, forget_invitations
from tests.moderation.conftest import WHY, decision, flag
from tests.moderation.measures.test_told_of_measures import remove
from tests.notifications.people import Post, words_of
from tests.privacy.test_erasure import dump
from tests.statements import counted_statements

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


async def test_an_invitation_to_a_removed_debate_waits_without_its_motion(scene, browser_of):
    await invite(scene, browser_of)
    made = await remove(scene, browser_of)
    member = await browser_of(scene.cast["member"])
    page = (await member.get("/account/invitations")).text
    assert scene.debate.motion not in page
    assert TEAM not in page
    assert "A debate that was removed" in page
    assert (await member.post(f"{TEAM}/accept")).status_code == 404
    await (await browser_of(scene.cast["administrator"])).post(f"{made}/undo", data=decision())
    assert TEAM in (await member.get("/account/invitations")).text
    assert (await member.post(f"{TEAM}/accept")).status_code == 303


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
    assert scene.reply.claim in page
    assert f"{decision}/undo" not in page  # Somebody has undone it already.


async def told(scene, name):
    rows = select(Notification.kind, User.username).join(User, User.id == Notification.actor_id)
    found = await scene.db.execute(rows.where(Notification.user_id == scene.cast[name].id).order_by(Notification.id))
    await scene.db.commit()
    return [(str(kind), username) for kind, username in found]


async def age_invitations(scene, **values):
    await scene.db.execute(update(ModeratorInvitation).values(**values))
    await scene.db.commit()


async def test_who_is_invited_is_told_on_the_page_and_once(scene, browser_of):
    await invite(scene, browser_of)
    await invite(scene, browser_of)
    assert await told(scene, "member") == [("invitation", "host")]
    page = (await (await browser_of(scene.cast["member"])).get("/notifications")).text
    assert "invites you to moderate" in page
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_who_is_invited_is_told_by_mail(scene, browser_of, engine, settings):
    member = await scene.db.get_one(User, scene.cast["member"].id)
    member.email, member.email_verified_at = "m@example.org", datetime.now(UTC)
    await invite(scene, browser_of)
    (letter,) = await Post(engine, settings).go_round()
    assert (letter["to"], "invites you to moderate" in letter["subject"]) == ("m@example.org", True)
    assert f"{settings.origin}{TEAM}" in words_of(letter)


async def test_hosts_are_told_of_the_answer(scene, browser_of):
    await invite(scene, browser_of)
    await (await browser_of(scene.cast["member"])).post(f"{TEAM}/decline")
    await invite(scene, browser_of)
    await (await browser_of(scene.cast["member"])).post(f"{TEAM}/accept")
    assert await told(scene, "host") == [("invitation_declined", "member"), ("invitation_accepted", "member")]
    page = (await (await browser_of(scene.cast["host"])).get("/notifications")).text
    assert "accepted your invitation and moderates" in page


async def test_hosts_are_told_who_stepped_down(scene, browser_of):
    await scene.db.commit()
    await (await browser_of(scene.cast["debate_moderator"])).post(f"{TEAM}/step-down")
    assert await told(scene, "host") == [("stepped_down", "debate_moderator")]


async def test_an_invitation_expires_and_the_host_is_told(scene, browser_of):
    await invite(scene, browser_of)
    await expire_invitations(scene.db)
    assert await told(scene, "host") == []
    await age_invitations(scene, created_at=datetime.now(UTC) - INVITATION_OPEN)
    member = await browser_of(scene.cast["member"])
    assert (await member.post(f"{TEAM}/accept")).status_code == 403
    await expire_invitations(scene.db)
    await expire_invitations(scene.db)
    assert await told(scene, "host") == [("invitation_expired", "member")]
    await invite(scene, browser_of)
    assert (await member.post(f"{TEAM}/accept")).status_code == 303


async def test_a_new_invitation_replaces_one_that_has_just_expired(scene, browser_of):
    await invite(scene, browser_of)
    await age_invitations(scene, created_at=datetime.now(UTC) - INVITATION_OPEN)
    await invite(scene, browser_of)
    assert (await (await browser_of(scene.cast["member"])).post(f"{TEAM}/accept")).status_code == 303


def rows_of(table, dumped):
    """The lines that a dump has of a table."""
    return dumped.partition(f"copy public.{table} (")[2].partition("\n\\.")[0].splitlines()[1:]


async def test_nothing_of_who_invited_whom_is_in_a_dump_after_its_time(scene, browser_of, database_url):
    await invite(scene, browser_of)
    await (await browser_of(scene.cast["member"])).post(f"{TEAM}/decline")
    for days, left in ((1, 1), (-1, 0)):
        at = datetime.now(UTC) - INVITATION_KEPT + timedelta(days=days)
        await scene.db.execute(update(Notification).values(created_at=at))
        await age_invitations(scene, closed_at=at)
        await forget_invitations(scene.db)
        await scene.db.commit()
        dumped = dump(database_url)
        assert len(rows_of("moderator_invitations", dumped)) == left
        assert len([row for row in rows_of("notifications", dumped) if "invitation" in row]) == 2 * left
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_moderators_of_the_site_see_who_invited_whom(scene, browser_of):
    await invite(scene, browser_of)
    keeper = await browser_of(scene.cast["site_moderator"])
    page = (await keeper.get("/people/member/restrict")).text
    assert "Invited by" in page.partition("Who invited whom")[2]
    assert "/people/host" in page.partition("Who invited whom")[2]
    assert "/people/member" in (await keeper.get("/people/host/restrict")).text.partition("Who invited whom")[2]
    assert "Who invited whom" not in (await keeper.get("/people/author/restrict")).text
    assert "Who invited whom" not in (await (await browser_of(scene.cast["author"])).get("/people/member")).text


async def test_the_team_sees_what_each_of_it_does(scene, browser_of):
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    await scene.db.commit()
    moderator = await browser_of(scene.cast["debate_moderator"])
    form = decision(action="hide", version=str(case.version))
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    page = (await (await browser_of(scene.cast["host"])).get(f"{TEAM}/activity")).text
    row = page.partition('/people/debate_moderator"')[2].partition("</tr>")[0]
    weeks = "&nbsp;".join("00000001")
    assert f"<td>1</td><td>{weeks}</td><td>a minute</td>" in row
    assert '/people/host"' in page


async def test_nobody_else_sees_what_the_team_does(scene, browser_of, client):
    await scene.db.commit()
    for name in ("member", "other_moderator", "suspended"):
        assert (await (await browser_of(scene.cast[name])).get(f"{TEAM}/activity")).status_code == 403
    assert (await client.get(f"{TEAM}/activity")).status_code == 303


async def test_statements_of_the_teams_page_do_not_grow(scene, browser_of, app):
    host = await invite(scene, browser_of)
    await host.get(f"{TEAM}/activity")
    counts = []
    for name in ("member", "newcomer"):
        with counted_statements(app) as statements:
            await host.get(f"{TEAM}/activity")
        counts.append(len([each for each in statements if "sessions" not in each]))
        scene.db.add(DebateRole(debate_id=scene.debate.id, user_id=scene.cast[name].id, kind="moderator"))
        await scene.db.commit()
    assert counts[0] == counts[1]

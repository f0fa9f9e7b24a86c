"""Roles that the site's operator gives on the server: in the log like all decisions, told, and undone like them."""

import re
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import Action, Debate, DebateRole, DebateRoleKind, Decision, LogEntry, Notification, Role, User
from app.moderation.chain import Walk
from app.moderation.measures.by_operator import NO_REASON, give_debate_role, give_role
from app.moderation.records import OPERATOR
from app.moderation.unlike_decisions import find_unlike_decisions
from app.moderation.verification import find_unlogged, verify_file, verify_log
from app.privacy.erasure import erase_person
from tests.moderation.casework.test_handed_over import held
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision

BECAUSE = "Asked for by all who moderate here."


async def make(scene: Scene, name: str, role: Role | DebateRoleKind | None, because: str = BECAUSE) -> Decision:
    """A role of the site, or one in the debate."""
    user = await scene.db.get_one(User, scene.cast[name].id)
    if isinstance(role, Role):
        assert await give_role(scene.db, user, role, because)
    else:
        debate = await scene.db.get_one(Debate, scene.debate.id)
        assert await give_debate_role(scene.db, user, debate, role, because)
    await scene.db.commit()
    return (await scene.db.scalars(select(Decision).order_by(Decision.id.desc()))).first()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("role", "change", "scope", "where"),
    [
        (Role.MODERATOR, "from member to moderator", "site", "on the whole site"),
        (DebateRoleKind.HOST, "from no role to host", "debate", '<a href="/log?debate=mill">one debate</a>'),
    ],
)
async def test_log_says_which_role_where_and_why(
    scene: Scene, client: AsyncClient, role: Role | DebateRoleKind, change: str, scope: str, where: str
) -> None:
    made = await make(scene, "member", role)
    page = (await client.get("/log")).text
    assert re.search(
        rf"<b><bdi>{OPERATOR}</bdi></b> changed the role of <a href=\"/people/member\"><bdi>Member</bdi></a> "
        rf"\({change}\), (in )?{re.escape(where)}</p>\s*<div class=\"soft\"><p>{BECAUSE}</p>",
        page,
    )
    assert f'<a href="/decisions/{made.id}">' in page
    in_debate = (await client.get("/debates/mill/log")).text
    assert (BECAUSE in in_debate) == (scope == "debate")
    document = (await client.get("/log.json")).json()
    assert list(verify_file(document, Walk())) == []
    (entry,) = document["entries"]
    assert (entry["moderator"], entry["action"], entry["scope"]) == (OPERATOR, "change_role", scope)
    item = entry["chain"]["committed"]["item"]
    assert (item["by"], item["concerned"], item["to"]) == (None, scene.cast["member"].id, role.value)
    assert f"{OPERATOR},change_role," in (await client.get("/log.csv")).text
    assert [found async for found in verify_log(scene.db, Walk())] == []
    assert await find_unlike_decisions(scene.db) == []
    assert made.id not in [found.row for found in await find_unlogged(scene.db)]
    numbers = (await client.get("/transparency")).text
    assert "Role changed" in numbers
    assert "which roles the operator of this site gave" in numbers


async def test_without_a_reason_the_log_says_so(scene: Scene, client: AsyncClient) -> None:
    made = await make(scene, "member", Role.MODERATOR, "  ")
    assert NO_REASON in (await client.get("/log")).text
    assert (await client.get(f"/decisions/{made.id}")).text.count(NO_REASON) == 1


@pytest.mark.parametrize(
    ("role", "said"),
    [(Role.MODERATOR, "Your role on the whole site was changed"), (DebateRoleKind.HOST, "Your role in a debate was")],
)
async def test_the_person_concerned_is_told(
    scene: Scene, browser_of: BrowserOf, role: Role | DebateRoleKind, said: str
) -> None:
    made = await make(scene, "member", role)
    member = await browser_of(scene.cast["member"])
    assert said in (await member.get("/notifications")).text
    notice_id = await scene.db.scalar(select(Notification.id))
    opened = await member.post(f"/notifications/{notice_id}/open")
    assert opened.headers["location"] == f"/decisions/{made.id}"
    page = (await member.get(f"/decisions/{made.id}")).text
    assert "This is about you." in page
    assert f"None. <bdi>{OPERATOR}</bdi> decided it, on the server." in page
    assert BECAUSE in page
    assert "former moderator" not in page
    assert f"to {role.value}" in page
    assert BECAUSE in (await member.get("/account/decisions")).text


async def test_role_in_a_debate_is_undone_as_any_other(scene: Scene, browser_of: BrowserOf) -> None:
    """With what was handed to them."""
    case = await held(scene, "debate_moderator")
    since = await scene.db.scalar(select(DebateRole.created_at).filter_by(user_id=scene.cast["debate_moderator"].id))
    made = await make(scene, "debate_moderator", None)
    assert (await scene.fresh(case)).assigned_to_id is None
    moderator = await browser_of(scene.cast["site_moderator"])
    assert OPERATOR in (await moderator.get(f"/decisions/{made.id}/undo")).text
    undone = await moderator.post(f"/decisions/{made.id}/undo", data=decision(version=str(made.id)))
    assert undone.status_code == 303, undone.text
    row = await scene.db.scalar(select(DebateRole).filter_by(user_id=scene.cast["debate_moderator"].id))
    assert row is not None
    assert (row.kind, row.created_at) == (DebateRoleKind.MODERATOR, since)
    assert (await scene.fresh(case)).assigned_to_id == scene.cast["debate_moderator"].id
    answer = (await moderator.get(undone.headers["location"])).text
    assert "None. <bdi>Site_Moderator</bdi> read it and decided." in answer


async def test_role_in_a_debate_is_appealed_against_as_any_other(scene: Scene, browser_of: BrowserOf) -> None:
    made = await make(scene, "debate_moderator", None)
    lost = await browser_of(scene.cast["debate_moderator"])
    sent = {"words": "Nobody asked me before.", "idempotency_key": str(uuid4())}
    assert (await lost.post(f"/decisions/{made.id}/appeal", data=sent)).status_code == 303
    page = (await (await browser_of(scene.cast["host"])).get("/moderation/appeals")).text
    way = re.search(r"/moderation/appeals/\d+", page)
    assert way is not None
    assert OPERATOR in (await (await browser_of(scene.cast["host"])).get(way[0])).text


async def test_role_on_the_whole_site_is_undone_on_the_server_alone(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await make(scene, "member", Role.MODERATOR)
    url = f"/decisions/{made.id}"
    administrator = await browser_of(scene.cast["administrator"])
    for browser in (client, administrator, await browser_of(scene.cast["member"])):
        page = (await browser.get(url)).text
        assert "It is undone on the server, as it was done" in page
        assert f"{url}/undo" not in page
        assert f"{url}/appeal" not in page
        assert "can appeal for six months" not in page
    refused = (await administrator.get(f"{url}/undo")).text
    assert "Roles on the whole site are given and taken on the server" in refused
    assert "Undo it</button>" not in refused
    assert "Undoing it puts everything back" not in refused
    assert (await administrator.post(f"{url}/undo", data=decision(version=str(made.id)))).status_code == 403
    member = await browser_of(scene.cast["member"])
    assert (await member.post(f"{url}/appeal", data={"words": WHY})).status_code == 403
    assert f"{url}/appeal" not in (await member.get("/account/decisions")).text
    assert await scene.db.scalar(select(User.role).where(User.id == scene.cast["member"].id)) == Role.MODERATOR


async def test_who_is_erased_is_not_named(scene: Scene, client: AsyncClient) -> None:
    made = await make(scene, "member", Role.MODERATOR, "Member asked for it, and @member knows the rules.")
    await make(scene, "member", Role.MEMBER)
    assert await erase_person(scene.db, scene.cast["member"].id, keeps_texts=True, name_key=b"key")
    await scene.db.commit()
    for url in ("/log", "/log.json", "/log.csv", f"/decisions/{made.id}"):
        assert not re.search(r"@?\b[Mm]ember asked|@member|<bdi>Member</bdi>", (await client.get(url)).text), url
    assert [found async for found in verify_log(scene.db, Walk())] == []
    assert await find_unlike_decisions(scene.db) == []


async def test_the_role_that_somebody_has_is_no_decision(scene: Scene) -> None:
    member = await scene.db.get_one(User, scene.cast["member"].id)
    debate = await scene.db.get_one(Debate, scene.debate.id)
    assert not await give_role(scene.db, member, Role.MEMBER, BECAUSE)
    assert not await give_debate_role(scene.db, member, debate, None, BECAUSE)
    host = await scene.db.get_one(User, scene.cast["host"].id)
    assert not await give_debate_role(scene.db, host, debate, DebateRoleKind.HOST, BECAUSE)
    for kind in (LogEntry, Notification):
        assert await scene.db.scalar(select(func.count()).select_from(kind)) == 0
    assert await scene.db.scalar(select(Decision.id).filter_by(action=Action.CHANGE_ROLE)) is None


async def test_roles_by_moderators_say_from_what_to_what(scene: Scene, browser_of: BrowserOf) -> None:
    host = await browser_of(scene.cast["host"])
    form = decision(seen="none", role="moderator")
    assert (await host.post("/debates/mill/people/member/role", data=form)).status_code == 303
    entry = (await scene.db.scalars(select(LogEntry).filter_by(action=Action.CHANGE_ROLE))).one()
    assert (entry.item["from"], entry.item["to"], entry.item["scope"]) == (None, "moderator", "debate")
    assert "(from no role to moderator), in this debate" in (await host.get("/debates/mill/log")).text

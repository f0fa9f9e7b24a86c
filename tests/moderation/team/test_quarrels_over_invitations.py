"""Nobody chooses in their own quarrel who judges it: hosts who have argued leave inviting to others."""

from datetime import UTC, datetime, timedelta

from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.models import Argument, ModeratorInvitation, Position
from tests.factories import make_argument
from tests.moderation.conftest import BrowserOf, Scene, argue, leave_alone

TEAM = "/debates/mill/moderators"
FORM = f'action="{TEAM}/invitations"'
REFUSED = "You have argued here: somebody else who gives roles here has to decide."


async def _invite(browser: AsyncClient, name: str = "member") -> Response:
    return await browser.post(f"{TEAM}/invitations", data={"username": name})


async def _invited(scene: Scene) -> list[ModeratorInvitation]:
    found = list(await scene.db.scalars(select(ModeratorInvitation)))
    await scene.db.commit()
    return found


async def _argue_elsewhere(scene: Scene, name: str, other: str) -> None:
    """In another debate, the one answers the other."""
    dam = await scene.fresh_debate("dam")
    side = (await scene.db.scalars(select(Position).filter_by(debate_id=dam.id, number=1))).one()
    answered = await make_argument(scene.db, dam, scene.cast[other], position=side)
    await make_argument(scene.db, dam, scene.cast[name], parent=answered)
    await scene.db.commit()


async def test_host_who_has_argued_reads_before_that_somebody_else_invites(scene: Scene, browser_of: BrowserOf) -> None:
    host = await browser_of(scene.cast["host"])
    assert FORM in (await host.get(TEAM)).text
    await argue(scene, "host")
    page = (await host.get(TEAM)).text
    assert "You cannot invite anybody." in page
    assert REFUSED in page
    assert FORM not in page
    answer = await _invite(host)
    assert (answer.status_code, REFUSED in answer.text) == (403, True)
    assert await _invited(scene) == []


async def test_host_who_has_argued_since_does_not_take_an_invitation_back(scene: Scene, browser_of: BrowserOf) -> None:
    """Of somebody whom the other side might have chosen; an administrator can."""
    host = await browser_of(scene.cast["host"])
    await _invite(host)
    await argue(scene, "host")
    url = f"{TEAM}/invitations/{(await _invited(scene))[0].id}/take-back"
    assert url not in (await host.get(TEAM)).text
    assert (await host.post(url)).status_code == 403
    administrator = await browser_of(scene.cast["administrator"])
    assert url in (await administrator.get(TEAM)).text
    assert (await administrator.post(url)).status_code == 303


async def test_nobody_invites_a_person_with_whom_they_have_argued_elsewhere(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await _argue_elsewhere(scene, "host", "author")
    host = await browser_of(scene.cast["host"])
    assert "with whom you have not argued, here or elsewhere" in (await host.get(TEAM)).text
    answer = await _invite(host, "author")
    assert answer.status_code == 403
    assert "You have argued with this person: somebody else who gives roles here has to decide." in answer.text
    assert 'value="author"' in answer.text
    assert (await _invite(host, "member")).status_code == 303
    assert (await _invite(await browser_of(scene.cast["administrator"]), "author")).status_code == 303


async def test_nobody_invites_themselves(scene: Scene, browser_of: BrowserOf) -> None:
    answer = await _invite(await browser_of(scene.cast["administrator"]), "administrator")
    assert answer.status_code == 403
    assert "This is you" in answer.text


async def test_moderators_of_the_site_count_as_free_since_they_give_roles(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "host")
    await leave_alone(scene, "host", "site_moderator")
    assert REFUSED in (await _invite(await browser_of(scene.cast["host"]))).text


async def test_administrator_alone_may_after_the_wait_and_the_invitation_says_so(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await argue(scene, "administrator")
    await leave_alone(scene, "administrator", "debate_moderator")
    administrator = await browser_of(scene.cast["administrator"])
    assert "Nobody else can decide, so you can from" in (await _invite(administrator)).text
    await scene.db.execute(update(Argument).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    await scene.db.commit()
    assert "the invitation will say so" in (await administrator.get(TEAM)).text
    assert (await _invite(administrator, "newcomer")).status_code == 303
    assert [each.interest for each in await _invited(scene)] == ["argued"]
    assert "as nobody else could" in (await administrator.get(TEAM)).text
    assert "nobody else could invite" in (await (await browser_of(scene.cast["newcomer"])).get(TEAM)).text

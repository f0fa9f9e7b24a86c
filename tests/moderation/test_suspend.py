"""What a suspension takes away, what it leaves, and how the person learns of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.models import Decision, Notification, Role, Sanction, SanctionKind, User
from tests.accounts.people import make_member, sign_in
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

WRITING = {"claim": "The mill turns without us.", "grounds": "It always has, and it will.", "relation": "rebut"}
ROOT = "/debates/mill/arguments/{root}"
ACTS: dict[str, tuple[str, dict[str, str]]] = {
    "vote": (ROOT + "/vote", {"value": "agree"}),
    "stance": ("/debates/mill/stance", {"position": "1"}),
    "reply": (ROOT + "/replies", WRITING),
    "argument": ("/debates/mill/arguments", WRITING),
    "edit": ("/debates/mill/arguments/{own}/edit", WRITING | {"revision": "1"}),
    "annotation": (
        "/debates/mill/annotations?paragraph=1",
        {"revision": "1", "first": "1", "kind": "note", "body": "?"},
    ),
    "flag": (ROOT + "/flag", {"reason": "spam", "words": ""}),
    "name": ("/account/display-name", {"display_name": "Nobody"}),
}


async def suspend(scene: Scene, browser_of: BrowserOf, name: str = "author", hours: str = "72") -> Sanction:
    administrator = await browser_of(scene.cast["administrator"])
    form = decision(kind="suspend", hours=hours)
    assert (await administrator.post(f"/people/{name}/restrict", data=form)).status_code == 303
    statement = select(Sanction).join(User, User.id == Sanction.user_id).where(User.username == name)
    return (await scene.db.execute(statement)).scalar_one()


@pytest.mark.parametrize("is_script", [False, True], ids=["by form", "by script"])
@pytest.mark.parametrize("act", ACTS)
async def test_suspended_people_are_refused_with_the_reason_and_until_when(
    scene: Scene, browser_of: BrowserOf, act: str, is_script: bool
) -> None:
    sanction = await suspend(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    path, fields = ACTS[act]
    url = path.format(root=scene.root.id, own=scene.reply.id)
    form = fields | {"idempotency_key": decision()["idempotency_key"]}
    answer = await author.post(url, data=form, headers={"HX-Request": "true"} if is_script else {})
    assert answer.status_code == 403
    until = f"{sanction.until.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
    assert f"Your account is suspended until {until}: you can only read." in answer.text
    assert f'href="/decisions/{sanction.decision_id}"' in answer.text
    for text in ("claim", "grounds", "body"):
        assert is_script or fields.get(text, "") in answer.text


async def test_suspension_ends_all_sessions_and_the_person_may_sign_in_to_read_why(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    member = await make_member(scene.db)
    before = [await browser_of(member), await browser_of(member)]
    bystander = await browser_of(scene.cast["member"])
    sanction = await suspend(scene, browser_of, "ada")
    for browser in before:
        assert (await browser.get("/account")).headers["location"].startswith("/sign-in")
    assert (await bystander.get("/account")).status_code == 200
    assert (await sign_in(client)).status_code == 303
    page = await client.get(f"/decisions/{sanction.decision_id}")
    assert "This is about you." in page.text
    assert WHY in page.text
    assert f'href="/decisions/{sanction.decision_id}"' in (await client.get("/account")).text
    notice = (await scene.db.scalars(select(Notification.id).filter_by(decision_id=sanction.decision_id))).one()
    opened = await client.post(f"/notifications/{notice}/open")
    assert opened.headers["location"] == f"/decisions/{sanction.decision_id}"
    assert (await client.get(f"/debates/mill/arguments/{scene.root.id}")).status_code == 200


async def test_silence_leaves_sessions_votes_stances_and_flags(scene: Scene, browser_of: BrowserOf) -> None:
    author = await browser_of(scene.cast["author"])
    moderator = await browser_of(scene.cast["site_moderator"])
    await moderator.post("/people/author/restrict", data=decision(kind="silence", hours="3"))
    root = f"/debates/mill/arguments/{scene.root.id}"
    for url, fields in ((f"{root}/vote", {"value": "agree"}), ("/debates/mill/stance", {"position": "1"})):
        assert (await author.post(url, data=fields)).status_code == 303
    assert (await flag(author, root)).status_code == 303
    refused = await author.post(f"{root}/replies", data=WRITING | decision())
    made = (await scene.db.execute(select(Decision).order_by(Decision.id))).scalars().all()[-1]
    assert refused.status_code == 403
    assert "silenced you until" in refused.text
    assert f'href="/decisions/{made.id}"' in refused.text


async def test_suspended_people_can_withdraw_and_change_their_password(scene: Scene, browser_of: BrowserOf) -> None:
    await suspend(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    assert (await author.post(f"{scene.reply_url}/withdraw")).status_code == 303
    assert (await author.post("/account/password", data={})).status_code == 422  # Allowed, but empty.


async def test_suspension_ends_by_itself(scene: Scene, browser_of: BrowserOf) -> None:
    sanction = await suspend(scene, browser_of)
    sanction.until = datetime.now(UTC) - timedelta(seconds=1)
    await scene.db.commit()
    author = await browser_of(scene.cast["author"])
    assert (await author.post(f"/debates/mill/arguments/{scene.root.id}/vote", data={"value": "agree"})).is_redirect
    await suspend_again(scene, browser_of)


async def suspend_again(scene: Scene, browser_of: BrowserOf) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    page = await administrator.get("/people/author/restrict")
    assert "Hidden, removed, silenced or suspended 1 time so far (what was undone is left out)." in page.text
    assert 'value="suspend"' in page.text
    form = decision(kind="suspend", hours="3")
    assert (await administrator.post("/people/author/restrict", data=form)).status_code == 303


async def test_silence_and_suspension_stand_beside_each_other(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    url = "/people/author/restrict"
    for kind, other in (("silence", "suspend"), ("suspend", "silence")):
        assert f'value="{kind}"' in (await moderator.get(url)).text
        made = await moderator.post(url, data=decision(kind=kind, hours="3"))
        assert made.status_code == 303
        assert (await moderator.post(url, data=decision(kind=kind, hours="24"))).status_code == 409
        page = (await moderator.get(url)).text
        assert f'value="{kind}"' not in page
        assert (f'value="{other}"' in page) == (kind == "silence")
    await moderator.post(f"{made.headers['location'].partition('?')[0]}/undo", data=decision())
    statement = select(Sanction.kind).filter_by(user_id=scene.cast["author"].id, lifted_at=None)
    assert (await scene.db.execute(statement)).scalars().all() == [SanctionKind.SILENCE]


async def test_suspended_moderators_lose_the_queue_and_cannot_lift_it_themselves(
    scene: Scene, browser_of: BrowserOf
) -> None:
    sanction = await suspend(scene, browser_of, "site_moderator")
    moderator = await browser_of(scene.cast["site_moderator"])
    assert (await moderator.get("/moderation")).status_code == 403
    assert (await moderator.post(f"/decisions/{sanction.decision_id}/undo", data=decision())).status_code == 403
    assert (
        await moderator.post("/people/member/restrict", data=decision(kind="silence", hours="3"))
    ).status_code == 403


async def test_colleague_of_equal_rank_cannot_lift_what_an_administrator_decided(
    scene: Scene, browser_of: BrowserOf
) -> None:
    sanction = await suspend(scene, browser_of)
    moderator = await browser_of(scene.cast["site_moderator"])
    answer: Any = await moderator.post(f"/decisions/{sanction.decision_id}/undo", data=decision())
    assert answer.status_code == 403
    assert "Somebody with a higher role than yours" in answer.text
    scene.cast["site_moderator"].role = Role.ADMINISTRATOR
    await scene.db.commit()
    assert (await moderator.post(f"/decisions/{sanction.decision_id}/undo", data=decision())).status_code == 303

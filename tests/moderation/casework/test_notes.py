"""Notes on a case stay among its moderators; handing it on tells the one to whom it goes."""

from sqlalchemy import select

from app.models import CaseNote, Notification, NotificationKind
from tests.moderation.casework.conftest import open_case, shown
from tests.moderation.conftest import BrowserOf, Scene, argue, decision

WORDS = "Quoted from the essay, I think."


async def test_note_is_seen_by_moderators_of_the_debate_alone(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    url = f"/moderation/cases/{case.id}"
    author, other = [await browser_of(scene.cast[name]) for name in ("debate_moderator", "host")]
    noted = await author.post(f"{url}/notes", data={"words": WORDS})
    assert noted.headers["location"] == f"{url}?&done=noted"
    assert WORDS in (await other.get(url)).text
    made = await other.post(f"{url}/decide", data=decision(action="hide", version="1"))
    public = await (await browser_of(scene.cast["author"])).get(made.headers["location"])
    assert WORDS not in public.text
    assert WORDS not in (await other.get("/debates/mill/log.csv")).text
    for name, status in (("member", 403), ("other_moderator", 404)):
        refused = await (await browser_of(scene.cast[name])).post(f"{url}/notes", data={"words": WORDS})
        assert refused.status_code == status


async def test_case_that_is_handed_on_waits_for_that_moderator_who_is_told(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    host = scene.cast["host"]
    browser, hosts = await browser_of(scene.cast["debate_moderator"]), await browser_of(host)
    await browser.post(f"/moderation/cases/{case.id}/claim")
    handed = {"words": WORDS, "to": str(host.id), "escalate": "yes"}
    assert (await browser.post(f"/moderation/cases/{case.id}/notes", data=handed)).status_code == 303
    case = await scene.fresh(case)
    assert (case.assigned_to_id, case.claimed_by_id) == (host.id, None)
    assert case.escalated_at is not None
    told = (await scene.db.scalars(select(Notification).where(Notification.user_id == host.id))).one()
    assert told.kind == NotificationKind.CASE
    assert "was handed to you" in (await hosts.get("/notifications")).text
    assert await shown(hosts, "holder=mine") == [case.id]
    assert await shown(hosts, "escalated=yes") == [case.id]
    assert await shown(browser, "holder=mine") == []


async def test_head_of_a_case_names_to_whom_it_was_handed(scene: Scene, browser_of: BrowserOf) -> None:
    case, host = await open_case(scene), scene.cast["host"]
    url = f"/moderation/cases/{case.id}"
    browser, hosts = await browser_of(scene.cast["debate_moderator"]), await browser_of(host)
    await browser.post(f"{url}/notes", data={"words": WORDS, "to": str(host.id)})
    handed = f"This case is handed to <bdi>{host.display_name}</bdi></strong>"
    page = (await browser.get(url)).text
    assert handed in page
    assert "Nobody works on this case." not in page
    assert "This case is handed to you</strong>" in (await hosts.get(url)).text
    await browser.post(f"{url}/claim")
    page = (await browser.get(url)).text
    assert f"It is handed to <bdi>{host.display_name}</bdi>." in page
    assert "You work on this case until" in page


async def test_case_goes_to_moderators_of_its_debate_alone(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    for name in ("member", "other_moderator"):
        handed = {"words": WORDS, "to": str(scene.cast[name].id)}
        assert (await browser.post(f"/moderation/cases/{case.id}/notes", data=handed)).status_code == 422
    assert (await scene.db.scalars(select(CaseNote))).all() == []


async def test_empty_note_and_escalation_to_nobody_are_refused(scene: Scene, browser_of: BrowserOf) -> None:
    case = await open_case(scene)
    browser = await browser_of(scene.cast["debate_moderator"])
    for data in ({"words": " "}, {"words": WORDS, "escalate": "yes"}):
        refused = await browser.post(f"/moderation/cases/{case.id}/notes", data=data)
        assert refused.status_code == 422
        assert f">{data['words']}</textarea>" in refused.text


async def test_who_cannot_decide_a_case_is_not_offered_and_refused_with_the_reason(
    scene: Scene, browser_of: BrowserOf
) -> None:
    case = await open_case(scene, author=scene.cast["host"])
    await argue(scene, "site_moderator")
    browser = await browser_of(scene.cast["debate_moderator"])
    page = (await browser.get(f"/moderation/cases/{case.id}")).text
    offered = page.partition('<select id="to"')[2].partition("</select>")[0]
    assert scene.cast["site_moderator"].display_name not in offered
    assert f">{scene.cast['administrator'].display_name}, administrator<" in offered
    assert scene.cast["host"].display_name not in offered
    for name, why in (("site_moderator", "they have argued here"), ("host", "it is about them, or their own")):
        handed = {"words": WORDS, "to": str(scene.cast[name].id)}
        refused = await browser.post(f"/moderation/cases/{case.id}/notes", data=handed)
        assert refused.status_code == 422
        assert f"This person cannot decide it: {why}" in refused.text
        assert f">{WORDS}</textarea>" in refused.text
    assert (await scene.fresh(case)).assigned_to_id is None

"""What is decided about a whole debate is told to its staff, can be appealed against, and stays in the open."""

import pytest
from sqlalchemy import select

from app.models import Appeal, DebateState, Decision, Notification, NotificationKind
from tests.moderation.appeals.test_appeals import answer, appeal, hide
from tests.moderation.conftest import SECRET, WHY, BrowserOf, Scene, decision
from tests.moderation.measures.test_measures import MEASURES, measure


async def remove(scene: Scene, browser_of: BrowserOf, version: str = "0") -> str:
    form = measure("remove_debate", version=version)
    proposed = await (await browser_of(scene.cast["administrator"])).post(MEASURES, data=form)
    proposal = proposed.headers["location"].partition("?")[0]
    confirmed = await (await browser_of(scene.cast["site_moderator"])).post(f"{proposal}/confirm")
    assert confirmed.status_code == 303
    return str(confirmed.headers["location"].partition("?")[0])


async def told_of(scene: Scene, made: str) -> set[str]:
    told = select(Notification.user_id).filter_by(
        decision_id=int(made.rpartition("/")[2]), kind=NotificationKind.DECISION
    )
    ids = set(await scene.db.scalars(told))
    return {name for name, user in scene.cast.items() if user.id in ids}


async def test_removal_is_told_to_hosts_and_moderators_of_the_debate(scene: Scene, browser_of: BrowserOf) -> None:
    made = await remove(scene, browser_of)
    assert await told_of(scene, made) == {"host", "debate_moderator"}
    host = await browser_of(scene.cast["host"])
    assert "Moderators removed a debate that you host or moderate" in (await host.get("/notifications")).text
    page = (await host.get(made)).text
    assert WHY in page
    assert f"{made}/appeal" in page
    undone = await (await browser_of(scene.cast["site_moderator"])).post(f"{made}/undo", data=decision())
    assert await told_of(scene, undone.headers["location"].partition("?")[0]) == {"host", "debate_moderator"}


@pytest.mark.parametrize("action", ["lock_debate", "slow"])
async def test_locking_and_slowing_is_told_to_the_hosts(scene: Scene, browser_of: BrowserOf, action: str) -> None:
    moderator, host = await browser_of(scene.cast["debate_moderator"]), await browser_of(scene.cast["host"])
    made = (await moderator.post(MEASURES, data=measure(action))).headers["location"].partition("?")[0]
    assert await told_of(scene, made) == {"host"}
    assert "a debate that you host: read why" in (await host.get("/notifications")).text
    assert "a debate that you host" in (await host.get("/account/decisions")).text
    undone = await moderator.post(f"{made}/undo", data=decision())
    assert await told_of(scene, undone.headers["location"].partition("?")[0]) == {"host"}


async def test_who_decides_about_their_own_debate_is_told_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    host = await browser_of(scene.cast["host"])
    made = (await host.post(MEASURES, data=measure("lock_debate"))).headers["location"].partition("?")[0]
    assert await told_of(scene, made) == set()
    assert "Moderators have not decided anything about you" in (await host.get("/account/decisions")).text
    assert (await appeal(host, made)).status_code == 403


async def test_removal_stands_in_the_log_and_the_numbers_without_the_title(scene: Scene, browser_of: BrowserOf) -> None:
    (await scene.fresh(scene.debate)).title = "Wind or water"
    await scene.db.commit()
    hidden = await hide(scene, browser_of)
    made = await remove(scene, browser_of)
    newcomer = await browser_of(scene.cast["newcomer"])
    page = (await newcomer.get("/log")).text
    assert "in a removed debate" in page
    assert "removed a debate" in page
    assert "Wind or water" not in page
    for decided in (hidden, made):
        assert f'href="{decided}"' in page
        shown = (await newcomer.get(decided)).text
        assert WHY in shown
        assert SECRET not in shown
        assert "Wind or water" not in shown
        assert 'href="/debates/mill' not in shown
    entries = (await newcomer.get("/log.json")).json()["entries"]
    assert [entry["action"] for entry in entries] == ["remove_debate", "hide"]
    assert [entry["item_url"] for entry in entries] == [None, None]
    assert not any(entry.get("withheld") for entry in entries)
    assert "remove_debate" in (await newcomer.get("/log.csv")).text
    numbers = (await newcomer.get("/transparency")).text
    assert "A removed debate" in numbers
    assert "Wind or water" not in numbers
    assert "remove_debate" in (await newcomer.get("/transparency.csv")).text
    assert (await newcomer.get("/log/1/report")).status_code == 200


async def test_removed_draft_is_nobody_elses_business(scene: Scene, browser_of: BrowserOf) -> None:
    made = await remove(scene, browser_of)
    (await scene.db.scalars(select(Decision).filter_by(action="remove_debate"))).one().change = {"from": "draft"}
    await scene.db.commit()
    for name, status in (("host", 200), ("newcomer", 404), ("debate_moderator", 404)):
        assert (await (await browser_of(scene.cast[name])).get(made)).status_code == status
    entries = (await (await browser_of(scene.cast["newcomer"])).get("/log.json")).json()["entries"]
    assert all(entry["withheld"] for entry in entries)


async def test_author_appeals_in_a_removed_debate_and_is_answered(scene: Scene, browser_of: BrowserOf) -> None:
    hidden = await hide(scene, browser_of)
    await remove(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    own = (await author.get("/account/decisions")).text
    assert "in a removed debate" in own
    assert (await author.get(f"{hidden}/appeal")).status_code == 200
    assert (await appeal(author, hidden)).status_code == 303
    waiting = (await scene.db.scalars(select(Appeal))).one()
    host = await browser_of(scene.cast["host"])
    assert "a removed debate" in (await host.get("/moderation/appeals")).text
    page = (await host.get(f"/moderation/appeals/{waiting.id}")).text
    assert SECRET in page
    assert "shown to administrators only" in page
    assert (await answer(host, waiting.id, "overturned")).status_code == 303
    assert (await scene.fresh(scene.reply)).hidden_by_id is None


@pytest.mark.parametrize("name", ["site_moderator", "administrator"])
async def test_the_two_who_removed_it_can_undo_it(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    made = await remove(scene, browser_of)
    browser = await browser_of(scene.cast[name])
    assert (await browser.get(f"{made}/undo")).status_code == 200
    assert (await browser.post(f"{made}/undo", data=decision())).status_code == 303
    assert (await scene.fresh(scene.debate)).state == DebateState.OPEN


async def test_host_appeals_against_the_removal_and_nobody_else(scene: Scene, browser_of: BrowserOf) -> None:
    made = await remove(scene, browser_of)
    host = await browser_of(scene.cast["host"])
    for name in ("debate_moderator", "author", "site_moderator"):
        assert (await appeal(await browser_of(scene.cast[name]), made)).status_code == 403
    assert "Appeal against it" in (await host.get("/account/decisions")).text
    assert (await appeal(host, made)).status_code == 303
    waiting = (await scene.db.scalars(select(Appeal))).one()
    assert (await answer(host, waiting.id, "overturned")).status_code == 403
    administrator = await browser_of(scene.cast["administrator"])
    assert (await administrator.get(f"/moderation/appeals/{waiting.id}")).status_code == 200

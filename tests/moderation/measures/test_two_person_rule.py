"""What one moderator proposes, another one confirms or turns down, who is told of it and who is nobody to wait for."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from httpx import AsyncClient
from sqlalchemy import select, update

from app.models import LogEntry, Notification, NotificationKind, Proposal, Role, User
from app.moderation.measures.lapsing import expire_proposals
from tests.factories import make_user
from tests.moderation.conftest import WHY, BrowserOf, Scene, argue, decision


async def propose(browser: AsyncClient, username: str = "author", hours: str = "2160") -> str:
    """The page of the proposal."""
    made = await browser.post(f"/people/{username}/restrict", data=decision(kind="suspend", hours=hours))
    assert made.status_code == 303, made.text
    return str(made.headers["location"]).partition("?")[0]


async def another_moderator(scene: Scene, name: str = "second_moderator") -> User:
    person = await make_user(scene.db, name, role=Role.MODERATOR)
    await scene.db.commit()
    return person


async def let_pass(scene: Scene, time: timedelta) -> None:
    await scene.db.execute(update(Proposal).values(made_at=datetime.now(UTC) - time))
    await scene.db.commit()


async def test_the_only_administrator_can_suspend_a_moderator_after_a_day(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    alone = await browser_of(scene.cast["administrator"])
    url = await propose(alone, "site_moderator")
    assert "nobody else could confirm it, so you can from" in (await alone.get(url)).text
    assert (await alone.post(f"{url}/confirm")).status_code == 403
    await let_pass(scene, timedelta(hours=25))
    page = (await alone.get(url)).text
    assert "Nobody else can decide, so you may." in page
    assert (await alone.post(f"{url}/confirm")).status_code == 303
    entry = (await scene.db.scalars(select(LogEntry))).one()
    assert (entry.item["in_spite_of"], entry.moderator_name) == ("alone", "Administrator")


async def test_nobody_confirms_alone_while_somebody_else_could(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    first = await browser_of(scene.cast["site_moderator"])
    url = await propose(first)
    await let_pass(scene, timedelta(hours=49))
    assert "another moderator has to confirm it" in (await first.get(url)).text
    assert (await first.post(f"{url}/confirm")).status_code == 403


async def test_of_a_person_it_says_that_they_have_the_same_role(scene: Scene, browser_of: BrowserOf) -> None:
    second = await browser_of(await another_moderator(scene))
    url = await propose(await browser_of(scene.cast["administrator"]), "site_moderator")
    page = (await second.get(url)).text
    assert "They have the same role as you or a higher one" in page
    assert "Its author" not in page


async def told(browser: AsyncClient) -> str:
    return (await browser.get("/notifications")).text


async def opened(browser: AsyncClient) -> str:
    """Where the newest notification leads."""
    way = re.search(r"/notifications/\d+/open", await told(browser))
    assert way is not None
    answer = await browser.post(way[0])
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def test_turning_down_takes_a_reason_that_is_kept_and_told(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    url = await propose(first)
    assert (await second.post(f"{url}/turn-down", data={"explanation": "No."})).status_code == 422
    done = await second.post(f"{url}/turn-down", data={"explanation": WHY})
    assert done.headers["location"] == f"{url}?done=turned_down"
    assert "turned down your proposal to suspend somebody" in await told(first)
    assert await opened(first) == url
    for page in [(await browser.get(url)).text for browser in (first, second)]:
        assert "Turned down by <bdi>Administrator</bdi>" in page
        assert WHY in page
    proposal = (await scene.db.scalars(select(Proposal))).one()
    assert (proposal.turned_down_by_id, proposal.refusal) == (scene.cast["administrator"].id, WHY)
    assert proposal.closed_at is not None
    assert (await second.post(f"{url}/turn-down", data={"explanation": WHY})).status_code == 409


async def test_the_person_concerned_cannot_turn_it_down(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    url = await propose(await browser_of(scene.cast["administrator"]), "site_moderator")
    concerned = await browser_of(scene.cast["site_moderator"])
    page = (await concerned.get(url)).text
    assert "This is about you: another moderator has to decide." in page
    assert "/turn-down" not in page
    await let_pass(scene, timedelta(hours=49))
    for act in ("confirm", "turn-down"):
        assert (await concerned.post(f"{url}/{act}", data={"explanation": WHY})).status_code == 403


async def test_who_has_argued_there_cannot_turn_it_down(scene: Scene, browser_of: BrowserOf) -> None:
    await argue(scene, "administrator")
    first = await browser_of(scene.cast["site_moderator"])
    made = await first.post("/debates/mill/measures", data=decision(action="remove_debate", version="0"))
    url = made.headers["location"].partition("?")[0]
    second = await browser_of(scene.cast["administrator"])
    assert (await second.post(f"{url}/turn-down", data={"explanation": WHY})).status_code == 403


async def test_who_proposed_it_takes_it_back_and_is_told_nothing(scene: Scene, browser_of: BrowserOf) -> None:
    first = await browser_of(scene.cast["site_moderator"])
    url = await propose(first)
    assert "Take it back" in (await first.get(url)).text
    done = await first.post(f"{url}/turn-down", data={"explanation": WHY})
    assert done.headers["location"] == f"{url}?done=proposal_taken_back"
    assert "Taken back by <bdi>Site_Moderator</bdi>" in (await first.get(url)).text
    assert "turned down" not in await told(first)


async def test_who_could_confirm_it_is_told_once_and_led_to_it(scene: Scene, browser_of: BrowserOf) -> None:
    await another_moderator(scene)
    url = await propose(await browser_of(scene.cast["site_moderator"]))
    second, third = await browser_of(scene.cast["administrator"]), await browser_of(scene.cast["host"])
    assert (await told(second)).count("proposes to suspend somebody") == 1
    assert await opened(second) == url
    assert "proposes" not in await told(third)
    people = select(User.username).join(Notification, Notification.user_id == User.id)
    asked = await scene.db.scalars(people.where(Notification.kind == NotificationKind.PROPOSAL))
    assert sorted(asked) == ["administrator", "second_moderator"]


async def test_who_confirms_sees_what_was_decided_about_them_before(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    assert (await first.post("/people/author/restrict", data=decision(kind="warn"))).status_code == 303
    page = (await second.get(await propose(first))).text
    assert "Decided about this person" in page
    assert "Warned</a> by <bdi>Site_Moderator</bdi>" in page


async def test_the_queue_says_how_many_wait_for_ones_confirmation(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    url = await propose(first)
    badge = 'Proposals <span class="count-badge">1</span>'
    assert badge in (await second.get("/moderation")).text
    assert badge not in (await first.get("/moderation")).text
    await second.post(f"{url}/turn-down", data={"explanation": WHY})
    assert badge not in (await second.get("/moderation")).text


async def test_who_proposed_it_is_told_once_that_it_has_expired(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    url = await propose(first)
    await expire_proposals(scene.db)
    await scene.db.commit()
    assert "has expired" not in await told(first)
    await scene.db.execute(update(Proposal).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    for _ in range(2):
        await expire_proposals(scene.db)
    await scene.db.commit()
    assert (await told(first)).count("Your proposal to suspend somebody has expired") == 1
    assert await opened(first) == url
    assert "nobody confirmed it" in (await first.get(url)).text
    assert "expired, nobody confirmed it" in (await second.get("/moderation/proposals")).text
    assert (await second.post(f"{url}/confirm")).status_code == 409


async def test_the_list_keeps_what_was_turned_down_for_a_month(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    await second.post(f"{await propose(first)}/turn-down", data={"explanation": WHY})
    said = "turned down by <bdi>Administrator</bdi>"
    assert said in (await second.get("/moderation/proposals")).text
    long_ago = {"closed_at": datetime.now(UTC) - timedelta(days=31), "expires_at": datetime.now(UTC)}
    await scene.db.execute(update(Proposal).values(**long_ago))
    await scene.db.commit()
    assert said not in (await second.get("/moderation/proposals")).text


async def test_a_second_proposal_about_the_same_person_is_refused_and_keeps_its_text(
    scene: Scene, browser_of: BrowserOf
) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(await another_moderator(scene))
    url = await propose(first)
    words = "They made up a source, and did so again."
    form = decision(kind="suspend", hours="8760", explanation=words, house_rule="privacy")
    refused = await second.post("/people/author/restrict", data=form)
    assert refused.status_code == 409
    assert "A proposal by Site_Moderator about the same is open since " in refused.text
    assert f'<a href="{url}">' in refused.text
    assert words in refused.text.partition("<textarea")[2]
    assert len((await scene.db.scalars(select(Proposal))).all()) == 1
    await second.post(f"{url}/turn-down", data={"explanation": WHY})
    form["idempotency_key"] = str(uuid4())
    assert (await second.post("/people/author/restrict", data=form)).status_code == 303


async def test_the_same_form_twice_is_one_proposal(scene: Scene, browser_of: BrowserOf) -> None:
    first, form = await browser_of(scene.cast["site_moderator"]), decision(kind="suspend", hours="2160")
    made = [(await first.post("/people/author/restrict", data=form)).headers["location"] for _ in range(2)]
    assert made[0] == made[1]
    other = await first.post("/people/author/restrict", data=decision(kind="suspend", hours="8760"))
    assert other.status_code == 409
    assert "A proposal of yours about the same is open since " in other.text


async def test_a_second_proposal_to_remove_a_debate_is_refused(scene: Scene, browser_of: BrowserOf) -> None:
    first, second = await browser_of(scene.cast["site_moderator"]), await browser_of(scene.cast["administrator"])
    measures = "/debates/mill/measures"
    made = await first.post(measures, data=decision(action="remove_debate", version="0"))
    refused = await second.post(measures, data=decision(action="remove_debate", version="0"))
    assert refused.status_code == 409
    url = made.headers["location"].partition("?")[0]
    assert f'<a href="{url}">' in refused.text

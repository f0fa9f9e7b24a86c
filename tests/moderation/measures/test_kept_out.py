"""What keeps somebody out for longer than 30 days in sum needs two moderators, however it is cut into pieces."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.models import Action, DebateRole, Decision, Proposal, Role, Sanction, SanctionKind, User
from app.moderation.measures.kept_out import KeptOut
from tests.moderation.conftest import WHY, BrowserOf, Scene, decision, flag

RESTRICT = "/people/author/restrict"
HERE = "/debates/mill/people/author/measures"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def days(*numbers: float) -> list[timedelta]:
    return [timedelta(days=number) for number in numbers]


def test_what_overlaps_counts_once() -> None:
    spans = [(NOW - timedelta(days=first), NOW - timedelta(days=last)) for first, last in [(20, 10), (15, 5), (3, 2)]]
    kept_out = KeptOut(tuple(spans), NOW)
    assert [kept_out.so_far, kept_out.left] == days(16, 14)


def test_a_wider_one_in_force_is_not_counted_again_for_the_time_that_it_covers() -> None:
    kept_out = KeptOut(((NOW - timedelta(days=10), NOW + timedelta(days=10)),), NOW)
    assert [kept_out.needs_two(time) for time in days(20, 20.1)] == [False, True]


def test_the_sentence_says_how_much_one_may_add() -> None:
    assert "longer than 30 days in sum." in KeptOut((), NOW).reason
    spent = KeptOut(((NOW - timedelta(days=12), NOW),), NOW)
    assert "suspended for 12 days of the last 60 days, undone or not, so more than 18 days needs two." in spent.reason
    assert "any further suspension needs two" in KeptOut(((NOW - timedelta(days=30), NOW),), NOW).reason


async def been_suspended(scene: Scene, began: float, ended: float, *, undone: bool, in_debate: bool = False) -> None:
    """So many days ago."""
    place = {"debate_id": scene.debate.id if in_debate else None}
    start, end = (datetime.now(UTC) - timedelta(days=ago) for ago in (began, ended))
    author = scene.cast["author"].id
    made = Decision(
        action=Action.SUSPEND, moderator_id=scene.cast["site_moderator"].id, concerned_id=author, house_rule="civil",
        explanation="It went on and on.", made_at=start, until=start + timedelta(days=30), **place,
    )  # fmt: skip
    scene.db.add(made)
    await scene.db.flush()
    until, lifted_at = (start + timedelta(days=30), end) if undone else (end, None)
    over = {"until": until, "lifted_at": lifted_at, "decision_id": made.id}
    scene.db.add(Sanction(user_id=author, kind=SanctionKind.SUSPEND, **over, **place))
    await scene.db.commit()


async def suspend(browser: AsyncClient, url: str, hours: str = "720") -> Response:
    seen = (await browser.get(url)).text.partition('name="version" value="')[2].partition('"')[0]
    form = decision(kind="suspend", action="suspend", hours=hours, version=seen)
    return await browser.post(url, data=form)


async def are_suspended(scene: Scene) -> bool:
    in_force = select(Sanction.id).filter_by(user_id=scene.cast["author"].id, lifted_at=None)
    return bool((await scene.db.scalars(in_force.where(Sanction.until > datetime.now(UTC)))).all())


@pytest.mark.parametrize("undone", [True, False])
async def test_time_served_already_counts_undone_or_over(scene: Scene, browser_of: BrowserOf, undone: bool) -> None:
    await been_suspended(scene, 34, 4, undone=undone)
    browser = await browser_of(scene.cast["site_moderator"])
    page = await browser.get(RESTRICT)
    assert "suspended for 30 days of the last 60 days, undone or not, so any further suspension needs two" in page.text
    proposed = await suspend(browser, RESTRICT, "3")
    assert proposed.headers["location"].startswith("/moderation/proposals/")
    second = await browser_of(scene.cast["administrator"])
    url = proposed.headers["location"].partition("?")[0]
    assert "3 hours from when it is confirmed" in (await second.get(url)).text
    assert (await second.post(f"{url}/confirm")).status_code == 303
    assert await are_suspended(scene)


async def test_suspending_anew_what_was_undone_is_proposed(scene: Scene, browser_of: BrowserOf) -> None:
    browser = await browser_of(scene.cast["site_moderator"])
    made = await suspend(browser, RESTRICT)
    url = made.headers["location"].partition("?")[0]
    await scene.db.execute(update(Decision).values(made_at=datetime.now(UTC) - timedelta(days=2)))
    await scene.db.commit()
    assert (await browser.post(f"{url}/undo", data=decision())).status_code == 303
    again = await suspend(browser, RESTRICT)
    assert again.headers["location"].startswith("/moderation/proposals/")
    assert not await are_suspended(scene)


async def test_what_is_long_ago_does_not_count(scene: Scene, browser_of: BrowserOf) -> None:
    await been_suspended(scene, 95, 65, undone=False)
    made = await suspend(await browser_of(scene.cast["site_moderator"]), RESTRICT)
    assert made.headers["location"].startswith("/decisions/")


async def test_the_same_form_twice_is_one_suspension(scene: Scene, browser_of: BrowserOf) -> None:
    browser, form = await browser_of(scene.cast["site_moderator"]), decision(kind="suspend", hours="720")
    first, again = [(await browser.post(RESTRICT, data=form)).headers["location"] for _ in range(2)]
    assert first == again
    assert first.startswith("/decisions/")


@pytest.mark.parametrize("in_debate", [True, False])
async def test_in_a_debate_a_moderator_of_the_site_confirms(
    scene: Scene, browser_of: BrowserOf, in_debate: bool
) -> None:
    await been_suspended(scene, 20, 5, undone=True, in_debate=in_debate)
    browser = await browser_of(scene.cast["debate_moderator"])
    assert "so more than 14 days needs two" in (await browser.get(HERE)).text
    proposed = await suspend(browser, HERE)
    assert proposed.headers["location"].endswith("?done=proposed_in_debate")
    assert "Nothing is decided yet" in (await browser.get(proposed.headers["location"])).text
    assert not await are_suspended(scene)
    proposal = (await scene.db.scalars(select(Proposal))).one()
    second, url = await browser_of(scene.cast["site_moderator"]), f"/moderation/proposals/{proposal.id}"
    page = await second.get(url)
    assert "in this debate alone" in page.text
    assert "Suspend <bdi>" in (await second.get("/moderation/proposals")).text
    assert (await second.post(f"{url}/confirm")).status_code == 303
    made = (await scene.db.scalars(select(Sanction).order_by(Sanction.id.desc()))).first()
    assert made is not None
    assert made.debate_id == scene.debate.id
    assert made.until > datetime.now(UTC) + timedelta(days=29)


async def test_who_proposed_it_in_a_debate_reads_it_and_takes_it_back(scene: Scene, browser_of: BrowserOf) -> None:
    await been_suspended(scene, 34, 4, undone=True)
    browser = await browser_of(scene.cast["debate_moderator"])
    url = (await suspend(browser, HERE)).headers["location"].partition("?")[0]
    assert (await browser.get(url)).status_code == 200
    assert (await (await browser_of(scene.cast["host"])).get(url)).status_code == 403
    assert (await browser.post(f"{url}/confirm")).status_code == 403
    assert (await browser.post(f"{url}/turn-down", data={"explanation": WHY})).status_code == 303
    assert "Taken back by" in (await browser.get(url)).text


async def test_one_in_a_debate_does_not_count_on_the_whole_site(scene: Scene, browser_of: BrowserOf) -> None:
    await been_suspended(scene, 34, 4, undone=False, in_debate=True)
    form = decision(kind="suspend", hours="720")
    made = await (await browser_of(scene.cast["site_moderator"])).post(RESTRICT, data=form)
    assert made.headers["location"].startswith("/decisions/")


@pytest.mark.parametrize("act", ["decide", "preview"])
async def test_in_the_case_of_a_person_it_is_said_and_nothing_happens(
    scene: Scene, browser_of: BrowserOf, act: str
) -> None:
    await been_suspended(scene, 34, 4, undone=True)
    await flag(await browser_of(scene.cast["member"]), "/people/author")
    case = await scene.open_case()
    form = decision(action="suspend", hours="24", version=str(case.version), act=act)
    browser = await browser_of(scene.cast["site_moderator"])
    refused = await browser.post(f"/moderation/cases/{case.id}/decide-about-person", data=form)
    assert refused.status_code == 422
    assert "Propose it on their own page; this case waits meanwhile." in refused.text
    assert "this is what will be read" not in refused.text
    assert (await scene.open_case()).id == case.id
    assert not await are_suspended(scene)


@pytest.mark.parametrize("fate", ["demoted", "suspended", "outranked"])
async def test_a_proposal_is_void_once_its_proposer_may_not_decide_it(
    scene: Scene, browser_of: BrowserOf, fate: str
) -> None:
    proposer = scene.cast["site_moderator"]
    proposed = await suspend(await browser_of(proposer), RESTRICT, "2160")
    await _end(scene, proposer, fate)
    url = proposed.headers["location"].partition("?")[0]
    second = await browser_of(scene.cast["administrator"])
    assert "It is void: who proposed it may not make this decision any more." in (await second.get(url)).text
    assert "void, as who proposed it" in (await second.get("/moderation/proposals")).text
    refused = await second.post(f"{url}/confirm")
    assert refused.status_code == 409
    assert not (await scene.db.scalars(select(Sanction).filter_by(user_id=scene.cast["author"].id))).all()
    anew = await suspend(second, RESTRICT, "2160")
    assert anew.headers["location"].partition("?")[0] != url


async def _end(scene: Scene, proposer: User, fate: str) -> None:
    if fate == "demoted":
        await scene.db.execute(update(User).where(User.id == proposer.id).values(role=Role.MEMBER))
    elif fate == "outranked":
        author = User.id == scene.cast["author"].id
        await scene.db.execute(update(User).where(author).values(role=Role.MODERATOR))
    else:
        made = Decision(action=Action.SUSPEND, concerned_id=proposer.id, explanation="It went on and on.")
        scene.db.add(made)
        await scene.db.flush()
        until = {"until": datetime.now(UTC) + timedelta(days=1), "decision_id": made.id}
        scene.db.add(Sanction(user_id=proposer.id, kind=SanctionKind.SUSPEND, **until))
    await scene.db.commit()


async def test_a_proposal_in_a_debate_is_void_once_its_proposer_has_stepped_down(
    scene: Scene, browser_of: BrowserOf
) -> None:
    await been_suspended(scene, 34, 4, undone=True)
    proposer = scene.cast["debate_moderator"]
    await suspend(await browser_of(proposer), HERE)
    proposal = (await scene.db.scalars(select(Proposal))).one()
    await scene.db.delete(await scene.db.get_one(DebateRole, (scene.debate.id, proposer.id)))
    await scene.db.commit()
    second = await browser_of(scene.cast["site_moderator"])
    refused = await second.post(f"/moderation/proposals/{proposal.id}/confirm")
    assert refused.status_code == 409

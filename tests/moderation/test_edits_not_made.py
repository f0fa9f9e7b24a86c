"""What an author was asked to change and will not, or cannot, waits for whoever asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.doctor.examination import examine
from app.jobs import Work
from app.models import (
    Action,
    Case,
    DebateState,
    Decision,
    Notification,
    NotificationKind,
    Sanction,
    SanctionKind,
)
from app.moderation.edit_asking import remind_of_overdue
from app.settings import Settings
from tests.factories import make_credit
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

WANTED = "Say it without calling anybody a fool."


async def _ask(moderator: AsyncClient, url: str, **fields: str) -> str:
    answer = await moderator.post(f"{url}/ask-edit", data=decision(wanted=WANTED, **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def _case_of(scene: Scene, made: str) -> Case:
    await scene.db.commit()
    asked = await scene.db.get_one(Decision, int(made.rpartition("/")[2]))
    return await scene.db.get_one(Case, asked.case_id, populate_existing=True)


async def _told(scene: Scene) -> list[NotificationKind]:
    mine = select(Notification.kind).filter_by(user_id=scene.cast["debate_moderator"].id)
    return list(await scene.db.scalars(mine))


async def _decide(moderator: AsyncClient, case: Case, action: str) -> str:
    form = decision(action=action, version=str(case.version), wanted="")
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def _undo(moderator: AsyncClient, made: str) -> None:
    page = (await moderator.get(f"{made}/undo")).text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    answer = await moderator.post(f"{made}/undo", data=decision(version=version))
    assert answer.status_code == 303, answer.text


async def _text(scene: Scene, kind: str) -> tuple[Any, str, str]:
    """A text of the author's, its address, and where its author takes it back."""
    if kind == "argument":
        return scene.reply, scene.reply_url, f"{scene.reply_url}/withdraw"
    if kind == "annotation":
        return scene.annotation, scene.annotation_url, f"{scene.annotation_url}/withdraw"
    credit = await make_credit(scene.db, scene.root, scene.cast["author"])
    await scene.db.commit()
    back = f"/debates/mill/arguments/{scene.root.id}/credit/withdraw"
    return credit, f"/debates/mill/credits/{credit.id}", back


@pytest.mark.parametrize("meanwhile", ["", "hide"])
@pytest.mark.parametrize("kind", ["argument", "annotation", "credit"])
async def test_what_its_author_withdraws_instead_waits_for_who_asked(
    scene: Scene, browser_of: BrowserOf, kind: str, meanwhile: str
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    row, url, back = await _text(scene, kind)
    made = await _ask(moderator, url, meanwhile=meanwhile)
    assert (await author.post(back)).status_code == 303
    case = await _case_of(scene, made)
    assert (case.closed_at, case.assigned_to_id) == (None, scene.cast["debate_moderator"].id)
    assert await _told(scene) == [NotificationKind.CASE]
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "Its author has withdrawn it since you asked" in page
    for action in ("dismiss", "hide", "remove"):
        done = await _decide(moderator, await _case_of(scene, made), action)
        assert (await scene.fresh(row)).edit_asked_id is None
        await _undo(moderator, done)
        assert (await scene.fresh(row)).edit_asked_id is not None
        assert (await _case_of(scene, made)).closed_at is None
    await _undo(moderator, made)
    row = await scene.fresh(row)
    assert (row.hidden_by_id, row.edit_asked_id) == (None, None)
    assert (await _case_of(scene, made)).closed_at is not None
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_flags_that_led_to_a_request_are_answered_once_it_is_withdrawn(
    scene: Scene, browser_of: BrowserOf
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    reader = await browser_of(scene.cast["newcomer"])
    await flag(reader, scene.reply_url)
    case = await scene.open_case()
    form = decision(action="ask_edit", version=str(case.version), wanted=WANTED, meanwhile="hide")
    assert (await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)).status_code == 303
    assert (await author.post(f"{scene.reply_url}/withdraw")).status_code == 303
    case = await scene.open_case()
    assert case.flag_count == 1
    done = await _decide(moderator, case, "dismiss")
    outcomes = select(Notification.decision_id).filter_by(user_id=scene.cast["newcomer"].id)
    assert int(done.rpartition("/")[2]) in (await scene.db.scalars(outcomes)).all()
    reply = await scene.fresh(scene.reply)
    assert (reply.hidden_by_id, reply.edit_asked_id) == (None, None)


async def test_a_credit_that_is_given_again_as_asked_for_shows_the_edit(scene: Scene, browser_of: BrowserOf) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    _, url, back = await _text(scene, "credit")
    made = await _ask(moderator, url, meanwhile="hide")
    assert (await author.post(back)).status_code == 303
    again = {"reason": "It named a cost that I had never counted, and counted it."}
    answer = await author.post(back.removesuffix("/withdraw"), data=again)
    assert answer.status_code == 303, answer.text
    page = (await moderator.get(f"/moderation/cases/{(await _case_of(scene, made)).id}")).text
    assert "Its author has changed it since you asked" in page
    await _decide(moderator, await _case_of(scene, made), "accept_edit")
    assert (await scene.fresh(scene.root)).credit_count == 1


IN_THE_WAY = {
    "locked debate": "This debate is not open",
    "archived debate": "This debate is not open",
    "thread": "Its thread is locked",
    "silence": "Its author is silenced until",
    "suspend": "Its author is suspended in this debate until",
}
CLOSED = {"locked debate": DebateState.LOCKED, "archived debate": DebateState.ARCHIVED}


async def _put_in_the_way(scene: Scene, what: str) -> None:
    """Once its author was asked."""
    made = Decision(debate_id=scene.debate.id, argument_id=scene.root.id, action=Action.LOCK, explanation=WANTED)
    scene.db.add(made)
    await scene.db.flush()
    if what in CLOSED:
        scene.debate.state = CLOSED[what]
    elif what == "thread":
        scene.root.locked_by_id = made.id
    else:
        place = {"debate_id": scene.debate.id} if what == "suspend" else {}
        until = datetime.now(UTC) + timedelta(days=1)
        about = {"user_id": scene.cast["author"].id, "decision_id": made.id, "until": until}
        scene.db.add(Sanction(kind=SanctionKind(what), **about, **place))
    await scene.db.commit()


@pytest.mark.parametrize("kind", ["argument", "annotation", "credit"])
@pytest.mark.parametrize("what", IN_THE_WAY)
async def test_what_its_author_cannot_change_any_more_waits_for_who_asked_once(
    scene: Scene, browser_of: BrowserOf, engine: AsyncEngine, settings: Settings, what: str, kind: str
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    _, url, _ = await _text(scene, kind)
    made = await _ask(moderator, url, meanwhile="hide")
    await remind_of_overdue(Work(engine, settings))
    assert (await _case_of(scene, made)).closed_at is not None
    await _put_in_the_way(scene, what)
    for _ in range(2):
        await remind_of_overdue(Work(engine, settings))
    case = await _case_of(scene, made)
    if what == "thread" and kind != "argument":
        assert case.closed_at is not None
        return
    assert (case.closed_at, case.assigned_to_id) == (None, scene.cast["debate_moderator"].id)
    assert await _told(scene) == [NotificationKind.CASE]
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    request = page.partition('id="request"')[2].partition("</div>")[0]
    assert "Its author cannot change it now" in request
    assert IN_THE_WAY[what] in request
    await _undo(moderator, await _decide(moderator, case, "dismiss"))


async def test_what_can_be_changed_again_is_changed_in_the_case_that_came_back(
    scene: Scene, browser_of: BrowserOf, engine: AsyncEngine, settings: Settings
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.annotation_url)
    await _put_in_the_way(scene, "locked debate")
    await remind_of_overdue(Work(engine, settings))
    scene.debate.state = DebateState.OPEN
    await scene.db.commit()
    fields = {"kind": "note", "body": "Quite other words.", "tags": "", "revision": "1", "act": "post"}
    assert (await author.post(f"{scene.annotation_url}/edit", data=fields)).status_code == 303
    case = await _case_of(scene, made)
    assert "Its author has changed it since" in (await moderator.get(f"/moderation/cases/{case.id}")).text
    await _decide(moderator, case, "accept_edit")


async def test_who_asked_is_told_of_an_edit_that_comes_after_all(
    scene: Scene, browser_of: BrowserOf, engine: AsyncEngine, settings: Settings
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.annotation_url)
    await _put_in_the_way(scene, "silence")
    await remind_of_overdue(Work(engine, settings))
    assert (await _case_of(scene, made)).closed_at is None
    await scene.db.execute(Sanction.__table__.delete().where(Sanction.user_id == scene.cast["author"].id))
    await scene.db.commit()
    for seen in ("1", "2"):
        fields = {"kind": "note", "body": f"Other words than in {seen}.", "tags": "", "revision": seen, "act": "post"}
        assert (await author.post(f"{scene.annotation_url}/edit", data=fields)).status_code == 303
        await scene.db.commit()
        assert sorted(await _told(scene)) == [NotificationKind.CASE, NotificationKind.EDITED_AS_ASKED]


@pytest.mark.parametrize("why", ["locked", "silence", "over"])
async def test_what_waits_in_a_removed_debate_goes_to_nobody(
    scene: Scene, browser_of: BrowserOf, engine: AsyncEngine, settings: Settings, why: str
) -> None:
    made = await _ask(await browser_of(scene.cast["debate_moderator"]), scene.reply_url)
    if why == "silence":
        await _put_in_the_way(scene, "silence")
    if why == "over":
        asked = await scene.db.get_one(Decision, int(made.rpartition("/")[2]))
        asked.until = datetime.now(UTC) - timedelta(hours=1)
    scene.debate.state = DebateState.REMOVED
    await scene.db.commit()
    await remind_of_overdue(Work(engine, settings))
    assert (await _case_of(scene, made)).closed_at is not None


@pytest.mark.parametrize(("what", "why"), [("thread", "locked this thread"), ("silence", "silenced you until")])
async def test_the_form_says_why_what_was_asked_for_cannot_be_done_and_who_learns_of_it(
    scene: Scene, browser_of: BrowserOf, what: str, why: str
) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    to_them = "are told within the hour where you cannot"
    await _put_in_the_way(scene, what)
    assert to_them not in (await author.get(f"{scene.reply_url}/edit")).text
    scene.root.locked_by_id = None
    await scene.db.execute(Sanction.__table__.delete().where(Sanction.user_id == scene.cast["author"].id))
    await scene.db.commit()
    await _ask(moderator, scene.reply_url)
    await _put_in_the_way(scene, what)
    refused = await author.get(f"{scene.reply_url}/edit")
    assert refused.status_code == 403
    assert why in refused.text
    assert to_them in refused.text

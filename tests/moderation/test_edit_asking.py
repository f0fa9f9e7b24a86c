"""Moderators ask an author to change a text, are told when that happened, and accept it or decide otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import create_async_engine

from app.doctor.examination import examine
from app.jobs import Work
from app.models import Action, Case, DebateState, Decision, Notification, NotificationKind
from app.moderation.edit_asking import remind_of_overdue
from app.privacy.erasure import erase_person
from app.settings import Settings
from tests.factories import make_credit
from tests.moderation.conftest import SECRET, BrowserOf, Scene, decision, flag

WANTED = "Say it without calling anybody a fool."
BETTER = "Nobody should play the instrument here, as it disturbs the neighbours."


async def _ask(browser: AsyncClient, url: str, **fields: str) -> str:
    answer = await browser.post(f"{url}/ask-edit", data=decision(wanted=WANTED, **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]


async def _edit(browser: AsyncClient, url: str, claim: str = BETTER) -> None:
    page = (await browser.get(f"{url}/edit")).text
    revision = page.partition('name="revision" value="')[2].partition('"')[0]
    fields = {"claim": claim, "grounds": "Because of the noise.", "revision": revision, "act": "post"}
    if 'name="is_free"' in page:
        fields["is_free"] = "yes"
    answer = await browser.post(f"{url}/edit", data=fields)
    assert answer.status_code == 303, answer.text


async def _case_of(scene: Scene, made: str) -> Case:
    await scene.db.commit()
    asked = await scene.db.get_one(Decision, int(made.rpartition("/")[2]))
    return await scene.db.get_one(Case, asked.case_id, populate_existing=True)


async def _decide(browser: AsyncClient, case: Case, action: str, **fields: Any) -> Any:
    form = decision(action=action, version=str(case.version), wanted=WANTED, **fields)
    return await browser.post(f"/moderation/cases/{case.id}/decide", data=form)


async def test_the_author_is_told_and_the_form_says_what_to_change(scene: Scene, browser_of: BrowserOf) -> None:
    author = await browser_of(scene.cast["author"])
    await _ask(await browser_of(scene.cast["debate_moderator"]), scene.reply_url, within="7")
    news = (await author.get("/notifications")).text
    assert "Moderators ask you to change your argument" in news
    form = (await author.get(f"{scene.reply_url}/edit")).text
    assert WANTED in form
    assert "Moderators ask you to change this by" in form
    for browser in (author, await browser_of(scene.cast["newcomer"])):
        assert SECRET in (await browser.get(scene.reply_url)).text


async def test_the_forms_of_notes_and_credits_say_it_too(scene: Scene, browser_of: BrowserOf) -> None:
    credit = await make_credit(scene.db, scene.root, scene.cast["author"])
    await scene.db.commit()
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["site_moderator"])
    await _ask(moderator, scene.annotation_url)
    await _ask(moderator, f"/debates/mill/credits/{credit.id}")
    for form in (f"{scene.annotation_url}/edit", f"/debates/mill/arguments/{scene.root.id}/credit"):
        assert WANTED in (await author.get(form)).text


async def test_an_edit_brings_the_case_back_to_who_asked_and_tells_them(scene: Scene, browser_of: BrowserOf) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.reply_url)
    assert (await _case_of(scene, made)).closed_at is not None
    await _edit(author, scene.reply_url)
    case = await _case_of(scene, made)
    assert (case.closed_at, case.assigned_to_id) == (None, scene.cast["debate_moderator"].id)
    told = await scene.db.scalars(select(Notification.kind).filter_by(user_id=scene.cast["debate_moderator"].id))
    assert told.all() == [NotificationKind.EDITED_AS_ASKED]
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "Its author has changed it since you asked" in page
    assert f"{scene.reply_url}/history" in page
    assert "that you asked its author to change was changed" in (await moderator.get("/notifications")).text


async def test_accepting_the_edit_ends_the_request_and_can_be_undone(scene: Scene, browser_of: BrowserOf) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.reply_url, meanwhile="hide")
    await _edit(author, scene.reply_url)
    assert (await scene.fresh(scene.reply)).hidden_by_id is not None
    answer = await _decide(moderator, await _case_of(scene, made), "accept_edit")
    assert answer.status_code == 303
    reply = await scene.fresh(scene.reply)
    assert (reply.hidden_by_id, reply.edit_asked_id) == (None, None)
    assert (await scene.fresh(scene.root)).rebut_count == 1
    accepted = answer.headers["location"].partition("?")[0]
    page = (await moderator.get(f"{accepted}/undo")).text
    version = page.partition('name="version" value="')[2].partition('"')[0]
    assert (await moderator.post(f"{accepted}/undo", data=decision(version=version))).status_code == 303
    asked_id = int(made.rpartition("/")[2])
    reply = await scene.fresh(scene.reply)
    assert (reply.hidden_by_id, reply.edit_asked_id) == (asked_id, asked_id)
    assert (await _case_of(scene, made)).closed_at is None
    assert (await scene.fresh(scene.root)).rebut_count == 0


async def test_what_was_not_changed_cannot_be_accepted(scene: Scene, browser_of: BrowserOf) -> None:
    reader, moderator = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["debate_moderator"])
    await _ask(moderator, scene.reply_url)
    await flag(reader, scene.reply_url)
    answer = await _decide(moderator, await scene.open_case(), "accept_edit")
    assert answer.status_code == 409
    assert "has not changed it yet" in answer.text


async def test_hidden_until_edited_its_author_alone_can_change_it(scene: Scene, browser_of: BrowserOf) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    await _ask(moderator, scene.reply_url, meanwhile="hide")
    assert SECRET not in (await (await browser_of(scene.cast["newcomer"])).get(scene.reply_url)).text
    assert (await author.get(f"{scene.reply_url}/edit")).status_code == 200


async def test_deciding_otherwise_ends_the_request_and_undoing_that_brings_it_back(
    scene: Scene, browser_of: BrowserOf
) -> None:
    reader, moderator = await browser_of(scene.cast["newcomer"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.reply_url, meanwhile="hide")
    await _edit(await browser_of(scene.cast["author"]), scene.reply_url)
    for action in ("dismiss", "hide", "remove"):
        case = await _case_of(scene, made)
        if case.closed_at is not None:  # Restoring what was hidden leaves its case decided.
            break
        answer = await _decide(moderator, case, action)
        assert answer.status_code == 303, answer.text
        assert (await scene.fresh(scene.reply)).edit_asked_id is None
        done = answer.headers["location"].partition("?")[0]
        page = (await moderator.get(f"{done}/undo")).text
        version = page.partition('name="version" value="')[2].partition('"')[0]
        assert (await moderator.post(f"{done}/undo", data=decision(version=version))).status_code == 303
        reply, asked_id = await scene.fresh(scene.reply), int(made.rpartition("/")[2])
        assert (reply.hidden_by_id, reply.removed_under, reply.edit_asked_id) == (asked_id, None, asked_id)
    assert SECRET not in (await reader.get(scene.reply_url)).text


async def test_a_second_edit_makes_what_the_moderator_saw_stale(scene: Scene, browser_of: BrowserOf) -> None:
    author, moderator = await browser_of(scene.cast["author"]), await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.reply_url)
    await _edit(author, scene.reply_url)
    seen = await _case_of(scene, made)
    version = seen.version
    await _edit(author, scene.reply_url, "Quite another claim than the one that was seen before.")
    answer = await moderator.post(
        f"/moderation/cases/{seen.id}/decide", data=decision(action="accept_edit", version=str(version))
    )
    assert answer.status_code == 409


async def test_asking_needs_a_reason_a_rule_and_what_to_change(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    for missing in ("wanted", "house_rule", "explanation"):
        fields = decision(**{"wanted": WANTED, missing: ""})
        answer = await moderator.post(f"{scene.reply_url}/ask-edit", data=fields)
        assert answer.status_code == 422, missing
    await flag(await browser_of(scene.cast["newcomer"]), scene.annotation_url)
    case = await scene.open_case()
    fields = decision(action="ask_edit", version=str(case.version))
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=fields)
    assert answer.status_code == 422
    assert "what its author should change" in answer.text


async def test_what_has_no_author_any_more_is_not_asked_for(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    scene.reply.withdrawn_at = datetime.now(UTC)
    await scene.db.commit()
    answer = await moderator.post(f"{scene.reply_url}/ask-edit", data=decision(wanted=WANTED))
    assert answer.status_code == 409
    assert "nobody can change it" in answer.text


async def _put_in_the_way(scene: Scene, what: str) -> None:
    if what == "debate":
        scene.debate.state = DebateState.LOCKED
    elif what == "thread":
        made = Decision(debate_id=scene.debate.id, argument_id=scene.root.id, action=Action.LOCK, explanation=WANTED)
        scene.db.add(made)
        await scene.db.flush()
        scene.root.locked_by_id = made.id
    else:
        scene.reply.author_id = scene.cast[what].id
    await scene.db.commit()


OBSTACLES = {
    "debate": "This debate is not open",
    "thread": "Its thread is locked",
    "silenced": "Its author is silenced until",
    "suspended": "Its author is suspended until",
}


@pytest.mark.parametrize("what", OBSTACLES)
async def test_nobody_is_asked_who_could_not_do_it(scene: Scene, browser_of: BrowserOf, what: str) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    await _put_in_the_way(scene, what)
    reason = OBSTACLES[what]
    assert reason in (await moderator.get(f"{scene.reply_url}/ask-edit")).text
    answer = await moderator.post(f"{scene.reply_url}/ask-edit", data=decision(wanted=WANTED))
    assert answer.status_code == 409
    assert answer.text.count(reason) == 1
    assert WANTED in answer.text
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert f"No edit can be asked for. {reason}" in page
    assert 'value="ask_edit"' not in page
    answer = await _decide(moderator, case, "ask_edit")
    assert answer.status_code == 422
    assert f'id="action-error">{reason}' in answer.text
    assert WANTED in answer.text
    assert (await scene.fresh(case)).closed_at is None
    assert (await scene.fresh(scene.reply)).edit_asked_id is None


async def test_what_is_not_changed_in_time_waits_for_who_asked_once(
    scene: Scene, browser_of: BrowserOf, settings: Settings
) -> None:
    made = await _ask(await browser_of(scene.cast["debate_moderator"]), scene.reply_url, within="1")
    await scene.db.execute(update(Decision).values(until=datetime.now(UTC) - timedelta(minutes=1)))
    await scene.db.commit()
    engine = create_async_engine(settings.sqlalchemy_url)
    for _ in range(2):
        await remind_of_overdue(Work(engine, settings))
    await engine.dispose()
    assert (await _case_of(scene, made)).closed_at is None
    told = await scene.db.scalars(select(Notification.kind).filter_by(user_id=scene.cast["debate_moderator"].id))
    assert told.all() == [NotificationKind.CASE]


@pytest.mark.parametrize("keeps_texts", [True, False])
async def test_what_an_erased_author_was_asked_to_change_waits_for_who_asked(
    scene: Scene, browser_of: BrowserOf, keeps_texts: bool
) -> None:
    moderator = await browser_of(scene.cast["debate_moderator"])
    made = await _ask(moderator, scene.reply_url, meanwhile="hide")
    await erase_person(scene.db, scene.cast["author"].id, keeps_texts=keeps_texts, name_key=b"names")
    case = await _case_of(scene, made)
    assert (case.closed_at, case.assigned_to_id) == (None, scene.cast["debate_moderator"].id)
    told = await scene.db.scalars(select(Notification.kind).filter_by(user_id=scene.cast["debate_moderator"].id))
    assert told.all() == [NotificationKind.CASE]
    page = (await moderator.get(f"/moderation/cases/{case.id}")).text
    assert "Its author has no account any more, so nobody can change it" in page
    assert (await _decide(moderator, case, "dismiss")).status_code == 303
    reply = await scene.fresh(scene.reply)
    assert (reply.hidden_by_id, reply.edit_asked_id) == (None, None)
    assert [found.name async for found in examine(scene.db) if found.count] == []
    shown = (await (await browser_of(scene.cast["newcomer"])).get(scene.reply_url)).text
    assert (SECRET in shown) == keeps_texts
    statement = (await moderator.get(made)).text
    assert "Its author was asked to change it, and has no account any more" in statement
    assert "It was hidden meanwhile." in statement


async def test_the_request_stands_in_the_open_and_can_be_appealed(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await _ask(await browser_of(scene.cast["debate_moderator"]), scene.reply_url, within="3")
    statement = (await client.get(made)).text
    assert WANTED in statement
    assert "asked for an edit of" in (await client.get("/log")).text
    author = await browser_of(scene.cast["author"])
    assert "Appeal against it" in (await author.get(made)).text
    asked = await scene.db.get_one(Decision, int(made.rpartition("/")[2]))
    assert asked.action == Action.ASK_EDIT

"""An appeal: made once, within six months, by whom the decision concerns; answered by somebody else, with a reason."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import transaction
from app.doctor.examination import examine
from app.models import (
    Action,
    Appeal,
    AppealOutcome,
    Argument,
    Decision,
    LogEntry,
    Notification,
    NotificationKind,
    Stake,
    User,
)
from app.privacy.erasure import erase_person
from tests.moderation.conftest import BrowserOf, Scene, decision, flag

WORDS = "The words stand in the essay, so they attack nobody here."
ANSWER = "The words are a quotation, as the appeal says."


async def hide(scene: Scene, browser_of: BrowserOf, name: str = "debate_moderator") -> str:
    moderator = await browser_of(scene.cast[name])
    answer = await moderator.post(f"{scene.reply_url}/hide", data=decision())
    return answer.headers["location"].partition("?")[0]


async def hide_by_case(scene: Scene, browser_of: BrowserOf) -> str:
    case = await scene.open_case()
    moderator = await browser_of(scene.cast["debate_moderator"])
    form = decision(action="hide", version=str(case.version))
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)
    return answer.headers["location"].partition("?")[0]


async def dismiss(scene: Scene, browser_of: BrowserOf, name: str = "debate_moderator") -> str:
    await flag(await browser_of(scene.cast["newcomer"]), scene.reply_url)
    case = await scene.open_case()
    moderator = await browser_of(scene.cast[name])
    form = decision(action="dismiss", version=str(case.version))
    answer = await moderator.post(f"/moderation/cases/{case.id}/decide", data=form)
    return answer.headers["location"].partition("?")[0]


async def appeal(browser: AsyncClient, made: str, words: str = WORDS) -> Response:
    return await browser.post(f"{made}/appeal", data={"words": words})


async def answer(browser: AsyncClient, id: int, outcome: str, version: str = "0", **fields: str) -> Response:
    form = decision(outcome=outcome, version=version, explanation=ANSWER, **fields)
    return await browser.post(f"/moderation/appeals/{id}/answer", data=form)


async def only_appeal(scene: Scene) -> Appeal:
    return (await scene.db.scalars(select(Appeal).execution_options(populate_existing=True))).one()


async def until_waiting(scene: Scene, count: int) -> None:
    """Until so many others wait for a lock. In other databases of the same server other tests wait for theirs."""
    waiting = text("""
        SELECT count(DISTINCT w.pid) FROM pg_locks w
        JOIN pg_locks here ON here.pid = w.pid AND here.locktype = 'relation'
        JOIN pg_database d ON d.oid = here.database AND d.datname = current_database()
        WHERE NOT w.granted
    """)
    for _ in range(200):
        if await scene.db.scalar(waiting) == count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"Not {count} wait.")


async def test_author_appeals_and_another_moderator_overturns(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    assert "Appeal against it" in (await author.get(made)).text
    assert (await appeal(author, made)).headers["location"].endswith("?done=appealed")
    waiting = await only_appeal(scene)
    assert "Your appeal waits" in (await author.get("/account/decisions")).text
    host = await browser_of(scene.cast["host"])
    assert WORDS in (await host.get("/moderation/appeals")).text
    assert (await answer(host, waiting.id, "overturned")).status_code == 303
    assert (await scene.fresh(scene.reply)).hidden_by_id is None
    assert (await scene.fresh(scene.root)).rebut_count == 1
    found = await only_appeal(scene)
    undoing = (await scene.db.scalars(select(Decision).filter_by(action=Action.RESTORE))).one()
    assert (found.outcome, found.answer_id) == (AppealOutcome.OVERTURNED, undoing.id)
    assert "Appeal answered: undone" in (await author.get("/account/decisions")).text
    kinds = select(Notification.kind).filter_by(user_id=scene.cast["author"].id).order_by(Notification.id)
    assert (await scene.db.scalars(kinds)).all() == [NotificationKind.DECISION, NotificationKind.APPEAL_OUTCOME]
    assert "the decision is undone" in (await author.get("/notifications")).text


async def test_upholding_is_a_decision_with_its_reason_in_the_log(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    await appeal(author, made)
    host = await browser_of(scene.cast["host"])
    answered = await answer(host, (await only_appeal(scene)).id, "upheld")
    assert answered.status_code == 303
    assert (await scene.fresh(scene.reply)).hidden_by_id is not None
    entries = (await scene.db.scalars(select(LogEntry).order_by(LogEntry.id))).all()
    assert (entries[-1].action, entries[-1].explanation) == (Action.UPHOLD, ANSWER)
    page = (await author.get(answered.headers["location"])).text
    assert ANSWER in page
    assert f'href="{made}"' in page
    assert "the decision stands" in (await author.get("/notifications")).text
    assert [found.name async for found in examine(scene.db) if found.count] == []


@pytest.mark.parametrize("outcome", ["upheld", "overturned"])
async def test_who_decided_does_not_answer(scene: Scene, browser_of: BrowserOf, outcome: str) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    maker = await browser_of(scene.cast["debate_moderator"])
    waiting = await only_appeal(scene)
    assert (
        "You made the decision that is appealed against" in (await maker.get(f"/moderation/appeals/{waiting.id}")).text
    )
    assert (await answer(maker, waiting.id, outcome)).status_code == 403
    assert (await only_appeal(scene)).outcome is None


async def test_who_moderates_alone_answers_after_a_day_and_it_is_logged_as_such(
    scene: Scene, browser_of: BrowserOf
) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    for name in ("host", "site_moderator", "administrator"):
        await scene.db.delete(await scene.db.get_one(User, scene.cast[name].id))
    await scene.db.commit()
    maker = await browser_of(scene.cast["debate_moderator"])
    waiting = await only_appeal(scene)
    assert (await answer(maker, waiting.id, "upheld")).status_code == 403
    waiting.made_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    assert (await answer(maker, waiting.id, "upheld")).status_code == 303
    assert (await scene.db.scalars(select(LogEntry).order_by(LogEntry.id))).all()[-1].item["in_spite_of"] == "acted"
    assert (await scene.db.scalars(select(Decision.interest).order_by(Decision.id))).all()[-1] == Stake.ACTED


@pytest.mark.parametrize("outcome", ["upheld", "overturned"])
async def test_reporter_appeals_against_a_dismissal(scene: Scene, browser_of: BrowserOf, outcome: str) -> None:
    made = await dismiss(scene, browser_of)
    assert (await appeal(await browser_of(scene.cast["author"]), made)).status_code == 403
    reporter = await browser_of(scene.cast["newcomer"])
    assert "Appeal against it" in (await reporter.get("/account/decisions")).text
    assert (await appeal(reporter, made)).status_code == 303
    host = await browser_of(scene.cast["host"])
    assert (await answer(host, (await only_appeal(scene)).id, outcome)).status_code == 303
    is_open = (await scene.db.scalars(select(Decision.action).order_by(Decision.id))).all()[-1] == Action.REOPEN
    assert is_open == (outcome == "overturned")
    if is_open:
        assert (await scene.open_case()).flag_count == 1


@pytest.mark.parametrize("is_taken_back", [False, True])
async def test_who_flagged_it_does_not_answer(scene: Scene, browser_of: BrowserOf, is_taken_back: bool) -> None:
    """Also where the decision was made without that flag's case."""
    host = await browser_of(scene.cast["host"])
    await flag(host, scene.reply_url)
    if is_taken_back:
        await host.post(f"{scene.reply_url}/unflag")
    made = await (hide if is_taken_back else hide_by_case)(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    waiting = await only_appeal(scene)
    assert "You have flagged this yourself: another" in (await host.get(f"/moderation/appeals/{waiting.id}")).text
    assert (await answer(host, waiting.id, "overturned")).status_code == 403
    other = await browser_of(scene.cast["site_moderator"])
    assert (await answer(other, waiting.id, "overturned")).status_code == 303


@pytest.mark.parametrize(("outcome", "action"), [("upheld", Action.UPHOLD), ("overturned", Action.RESTORE)])
async def test_who_flagged_answers_where_nobody_else_could_and_it_is_logged_as_such(
    scene: Scene, browser_of: BrowserOf, outcome: str, action: Action
) -> None:
    host = await browser_of(scene.cast["host"])
    await flag(host, scene.reply_url)
    made = await hide_by_case(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    for name in ("site_moderator", "administrator"):
        await scene.db.delete(await scene.db.get_one(User, scene.cast[name].id))
    waiting = await only_appeal(scene)
    waiting.made_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    page = (await host.get(f"/moderation/appeals/{waiting.id}")).text
    assert "You have flagged it yourself: the decision and the log will say so" in page
    answered = await answer(host, waiting.id, outcome)
    assert "had flagged it; nobody else" in (await host.get(answered.headers["location"])).text
    assert (await scene.db.scalars(select(Decision.interest).filter_by(action=action))).all() == [Stake.FLAGGED]


async def test_neither_of_two_who_decided_together_answers(scene: Scene, browser_of: BrowserOf) -> None:
    proposer = await browser_of(scene.cast["administrator"])
    sent = await proposer.post("/people/author/restrict", data=decision(kind="suspend", hours="2160"))
    confirmer = await browser_of(scene.cast["site_moderator"])
    made = (await confirmer.post(sent.headers["location"].partition("?")[0] + "/confirm")).headers["location"]
    await appeal(await browser_of(scene.cast["author"]), made.partition("?")[0])
    waiting = await only_appeal(scene)
    for each in (proposer, confirmer):
        assert "or proposed it" in (await each.get(f"/moderation/appeals/{waiting.id}")).text
        assert (await answer(each, waiting.id, "upheld")).status_code == 403


async def test_suspended_people_appeal_and_read_the_decisions_about_them(scene: Scene, browser_of: BrowserOf) -> None:
    moderator = await browser_of(scene.cast["site_moderator"])
    sent = await moderator.post("/people/author/restrict", data=decision(kind="suspend", hours="72"))
    made = sent.headers["location"].partition("?")[0]
    author = await browser_of(scene.cast["author"])
    assert "Appeal against it" in (await author.get("/account/decisions")).text
    assert (await appeal(author, made)).status_code == 303
    administrator = await browser_of(scene.cast["administrator"])
    assert (await answer(administrator, (await only_appeal(scene)).id, "overturned")).status_code == 303
    vote = await author.post(f"/debates/mill/arguments/{scene.root.id}/vote", data={"value": "agree"})
    assert vote.status_code == 303


async def test_one_appeal_a_person_and_decision(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    answers = await asyncio.gather(*(appeal(author, made) for _ in range(5)))
    assert {each.status_code for each in answers} == {303}
    assert (await only_appeal(scene)).words == WORDS
    late = await appeal(author, made, "The words are the essay’s own, in the second paragraph.")
    assert late.status_code == 409
    for shown in ("you have appealed already", "the essay’s own, in the second paragraph", WORDS):
        assert shown in late.text
    assert (await only_appeal(scene)).words == WORDS


async def test_appeals_are_open_for_six_months(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    row = (await scene.db.scalars(select(Decision).filter_by(action=Action.HIDE))).one()
    author = await browser_of(scene.cast["author"])
    for days, status in ((186, 403), (180, 303)):
        row.made_at = datetime.now(UTC) - timedelta(days=days)
        await scene.db.commit()
        page = (await author.get(made)).text
        assert ("could appeal until" in page) == (status == 403)
        assert "can appeal for six months" not in page
        assert (await appeal(author, made)).status_code == status


@pytest.mark.parametrize("name", ["member", "newcomer", "host", "administrator"])
async def test_others_do_not_appeal(scene: Scene, browser_of: BrowserOf, name: str) -> None:
    made = await hide(scene, browser_of)
    assert (await appeal(await browser_of(scene.cast[name]), made)).status_code == 403


async def test_appeal_and_answer_need_words(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    author = await browser_of(scene.cast["author"])
    refused = await appeal(author, made, "No.")
    assert refused.status_code == 422
    assert "No.</textarea>" in refused.text
    await appeal(author, made)
    host = await browser_of(scene.cast["host"])
    id = (await only_appeal(scene)).id
    assert (await host.post(f"/moderation/appeals/{id}/answer", data=decision(outcome="upheld"))).status_code == 422
    short = decision(outcome="upheld", version="0", explanation="No.")
    assert (await host.post(f"/moderation/appeals/{id}/answer", data=short)).status_code == 422


async def test_twenty_answers_at_once_are_one(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    id = (await only_appeal(scene)).id
    browsers = [await browser_of(scene.cast[name]) for name in ("host", "site_moderator", "administrator")]
    outcomes = ["upheld", "overturned", "upheld"]
    answers = await asyncio.gather(*(answer(each, id, how) for each, how in zip(browsers, outcomes, strict=True)))
    assert sorted(each.status_code for each in answers) == [303, 409, 409]
    stands = (await only_appeal(scene)).outcome == AppealOutcome.UPHELD
    assert ((await scene.fresh(scene.reply)).hidden_by_id is not None) == stands


@pytest.mark.parametrize("is_undone_first", [True, False], ids=["undone first", "upheld first"])
@pytest.mark.parametrize("outcome", ["undone", "overturned"])
async def test_upholding_beside_an_undoing_is_one_of_both(
    scene: Scene, browser_of: BrowserOf, outcome: str, is_undone_first: bool
) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    id = (await only_appeal(scene)).id
    host, administrator = await browser_of(scene.cast["host"]), await browser_of(scene.cast["administrator"])
    undoing = answer(host, id, outcome) if outcome == "overturned" else host.post(f"{made}/undo", data=decision())
    acts = [undoing, answer(administrator, id, "upheld")]
    await scene.db.execute(select(Appeal.id).where(Appeal.id == id).with_for_update())  # Both come as far as this.
    waiting = []
    for act in acts if is_undone_first else reversed(acts):
        waiting.append(asyncio.create_task(act))
        await until_waiting(scene, len(waiting))
    await scene.db.commit()
    first, second = await asyncio.gather(*waiting)
    assert (first.status_code, second.status_code) == (303, 409)
    said = ("undone this decision meanwhile", "let it stand. Look again.", "The appeal has been answered since")
    assert any(each in second.text for each in said)
    appealed = await only_appeal(scene)
    assert appealed.outcome == (AppealOutcome.OVERTURNED if is_undone_first else AppealOutcome.UPHELD)
    assert ((await scene.fresh(scene.reply)).hidden_by_id is None) == is_undone_first


async def test_stale_answer_keeps_what_was_typed(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    id = (await only_appeal(scene)).id
    host = await browser_of(scene.cast["host"])
    same = decision(outcome="upheld", version="0", explanation=ANSWER)
    for _ in range(2):  # A double click is one answer.
        assert (await host.post(f"/moderation/appeals/{id}/answer", data=same)).status_code == 303
    stale = await answer(host, id, "overturned")
    assert stale.status_code == 409
    assert "It was answered on" in stale.text


async def test_undoing_answers_the_appeals_that_wait(scene: Scene, browser_of: BrowserOf) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    maker = await browser_of(scene.cast["debate_moderator"])
    assert (await maker.post(f"{made}/undo", data=decision())).status_code == 303
    assert (await only_appeal(scene)).outcome == AppealOutcome.OVERTURNED


@pytest.mark.parametrize("is_answered", [False, True], ids=["waits", "answered"])
async def test_erasure_withdraws_an_appeal_that_waits(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient, is_answered: bool
) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    host = await browser_of(scene.cast["host"])
    url = f"/moderation/appeals/{(await only_appeal(scene)).id}"
    if is_answered:
        assert (await answer(host, (await only_appeal(scene)).id, "upheld")).status_code == 303
    await erase_person(scene.db, scene.cast["author"].id, keeps_texts=True, name_key=b"names of this test")
    await scene.db.commit()
    assert "No appeal waits for an answer." in (await host.get("/moderation/appeals")).text
    assert "waits for an answer" not in (await client.get(made)).text
    page = await host.get(url)
    assert page.status_code == (200 if is_answered else 404)
    assert ("Its words went with the account" in page.text) == is_answered
    assert ("overturned the decision" in (await client.get("/transparency")).text) == is_answered
    assert [found.name async for found in examine(scene.db) if found.count] == []


async def test_words_of_an_appeal_are_for_moderators_and_who_wrote_them(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    made = await hide(scene, browser_of)
    await appeal(await browser_of(scene.cast["author"]), made)
    id = (await only_appeal(scene)).id
    assert WORDS not in (await client.get(made)).text
    assert (await (await browser_of(scene.cast["member"])).get(f"/moderation/appeals/{id}")).status_code == 403
    other = await browser_of(scene.cast["other_moderator"])
    assert (await other.get(f"/moderation/appeals/{id}")).status_code == 404
    assert WORDS not in (await other.get("/moderation/appeals")).text


@pytest.mark.parametrize("act", ["hide", "overturn"])
async def test_decisions_beside_the_erasure_of_the_author_are_both_made(
    scene: Scene, browser_of: BrowserOf, engine: AsyncEngine, act: str
) -> None:
    author, host = scene.cast["author"], await browser_of(scene.cast["host"])
    if act == "hide":
        deciding = host.post(f"{scene.reply_url}/hide", data=decision())
    else:
        await appeal(await browser_of(author), await hide(scene, browser_of))
        deciding = answer(host, (await only_appeal(scene)).id, "overturned")

    async def erase() -> None:
        async with transaction(engine) as db:
            await erase_person(db, author.id, keeps_texts=False, name_key=b"names of this test")

    key = Argument.debate_id == scene.debate.id, Argument.id == scene.reply.id
    await scene.db.execute(select(Argument.id).where(*key).with_for_update(key_share=True))
    decided = asyncio.create_task(deciding)
    await until_waiting(scene, 1)
    erased = asyncio.create_task(erase())
    await until_waiting(scene, 2)
    await scene.db.commit()
    assert (await decided).status_code == 303
    await erased
    assert await scene.db.scalar(select(User.id).where(User.id == author.id)) is None
    assert [found.name async for found in examine(scene.db) if found.count] == []

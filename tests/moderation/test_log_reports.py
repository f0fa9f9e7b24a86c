"""Anybody reports a mistake in the log; somebody who did not act answers, once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import Action, Decision, LogEntry, LogReport, Reshaping, Role, User, VoteDiscount
from app.moderation.report_queries import find_entry
from app.rate_limits import REPORT_LOG_ADDRESS
from tests.cast import actors_of
from tests.factories import make_annotation, make_user
from tests.moderation.conftest import BrowserOf, Scene, decision

WORDS = "The rule that is named has nothing to do with it."
ANSWER = "You are right: the decision is undone, see decision 4."


@pytest.fixture
async def entry(scene: Scene, browser_of: BrowserOf) -> str:
    browser = await browser_of(scene.cast["site_moderator"])
    await browser.post(f"{scene.reply_url}/hide", data=decision())
    return "/log/1/report"


def report() -> dict[str, str]:
    return {"words": WORDS, "idempotency_key": str(uuid4())}


async def _only(scene: Scene) -> LogReport:
    statement = select(LogReport).execution_options(populate_existing=True)
    return (await scene.db.execute(statement)).scalar_one()


async def test_log_leads_to_the_form(entry: str, client: AsyncClient) -> None:
    assert f'href="{entry}"' in (await client.get("/log")).text
    assert "in entry 1" in (await client.get(entry)).text
    assert (await client.get("/log/2/report")).status_code == 404


async def test_pages_name_whom_an_entry_is_about_as_the_log_does(
    scene: Scene, browser_of: BrowserOf, client: AsyncClient
) -> None:
    administrator = await browser_of(scene.cast["administrator"])
    await administrator.post("/people/author/restrict", data=decision(kind="silence", hours="3"))
    said = "silenced <bdi>Author</bdi>"
    assert (await client.post("/log/1/report", data=report())).status_code == 303
    assert said in (await client.get("/log/1/report")).text
    assert said in (await administrator.get("/log/reports")).text
    await scene.db.delete(await scene.db.get_one(User, scene.cast["author"].id))
    await scene.db.commit()
    assert "silenced a former member" in (await client.get("/log/1/report")).text


async def test_visitor_reports_once_however_often_the_form_is_sent(
    scene: Scene, entry: str, client: AsyncClient
) -> None:
    form = report()
    for _ in range(2):
        answer = await client.post(entry, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/log?done=log_reported")
    kept = await _only(scene)
    assert (kept.entry_number, kept.reporter_id, kept.words) == (1, None, WORDS)


async def test_report_needs_words(scene: Scene, entry: str, client: AsyncClient) -> None:
    answer = await client.post(entry, data={**report(), "words": "Wrong!"})
    assert (answer.status_code, "Wrong!" in answer.text) == (422, True)
    assert await scene.db.scalar(select(func.count()).select_from(LogReport)) == 0


async def test_reports_of_visitors_are_limited_by_address(entry: str, client: AsyncClient) -> None:
    for _ in range(REPORT_LOG_ADDRESS.hits):
        assert (await client.post(entry, data=report())).status_code == 303
    answer = await client.post(entry, data=report())
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


async def test_another_one_answers_and_the_reporter_reads_it(scene: Scene, entry: str, browser_of: BrowserOf) -> None:
    member = await browser_of(scene.cast["member"])
    await member.post(entry, data=report())
    url = f"/log/reports/{(await _only(scene)).id}/answer"
    boss = await browser_of(scene.cast["administrator"])
    assert WORDS in (await boss.get("/log/reports")).text
    assert (await boss.post(url, data={"answer": "No."})).status_code == 422
    assert (await boss.post(url, data={"answer": ANSWER})).status_code == 303
    assert (await boss.post(url, data={"answer": ANSWER})).status_code == 409
    assert ANSWER in (await member.get(entry)).text
    assert "No report waits" in (await boss.get("/log/reports")).text


async def test_who_acted_and_who_reported_do_not_answer(scene: Scene, entry: str, browser_of: BrowserOf) -> None:
    boss = await browser_of(scene.cast["administrator"])
    await boss.post(entry, data=report())
    url = f"/log/reports/{(await _only(scene)).id}/answer"
    for name, reason in (
        ("administrator", "You reported this yourself"),
        ("site_moderator", "You acted here yourself"),
    ):
        browser = await browser_of(scene.cast[name])
        assert reason in (await browser.get("/log/reports")).text
        assert (await browser.post(url, data={"answer": ANSWER})).status_code == 403


@pytest.fixture
async def about_moderator(scene: Scene, browser_of: BrowserOf) -> str:
    """An administrator hid what the moderator of the site wrote, and a reader reports a mistake in that."""
    note = await make_annotation(scene.db, scene.debate, scene.cast["site_moderator"], "Who counted the sacks?")
    await scene.db.commit()
    boss = await browser_of(scene.cast["administrator"])
    await boss.post(f"/debates/mill/annotations/{note.id}/hide", data=decision())
    reader = await browser_of(scene.cast["member"])
    await reader.post("/log/1/report", data=report())
    return f"/log/reports/{(await _only(scene)).id}/answer"


async def _another_moderator(scene: Scene) -> User:
    person = await make_user(scene.db, "another", role=Role.MODERATOR)
    await scene.db.commit()
    return person


async def test_whom_the_entry_is_about_does_not_answer_and_reads_so_before(
    scene: Scene, about_moderator: str, browser_of: BrowserOf
) -> None:
    another = await browser_of(await _another_moderator(scene))
    concerned = await browser_of(scene.cast["site_moderator"])
    page = (await concerned.get("/log/reports")).text
    assert "This entry is about you, or about what you wrote or voted: another moderator" in page
    assert about_moderator not in page
    assert (await concerned.post(about_moderator, data={"answer": ANSWER})).status_code == 403
    assert (await another.post(about_moderator, data={"answer": ANSWER})).status_code == 303


async def test_where_nobody_else_could_they_answer_after_the_wait_and_the_reporter_reads_it(
    scene: Scene, about_moderator: str, browser_of: BrowserOf
) -> None:
    concerned = await browser_of(scene.cast["site_moderator"])
    early = await concerned.post(about_moderator, data={"answer": ANSWER})
    assert early.status_code == 403
    assert "Nobody else can decide, so you can from" in early.text
    (await _only(scene)).created_at = datetime.now(UTC) - timedelta(hours=25)
    await scene.db.commit()
    assert "Nobody else can answer, so you may" in (await concerned.get("/log/reports")).text
    assert (await concerned.post(about_moderator, data={"answer": ANSWER})).status_code == 303
    reader = await browser_of(scene.cast["member"])
    assert "whom the entry is about, as nobody else could, answered" in (await reader.get("/log/1/report")).text


async def test_whose_votes_were_discounted_and_who_wrote_the_other_argument_are_concerned(
    scene: Scene, browser_of: BrowserOf
) -> None:
    about = {"debate_id": scene.debate.id}
    made = Decision(**about, action=Action.RECOUNT, explanation="They may count.", concerned_id=scene.cast["host"].id)
    before = Decision(**about, action=Action.DISCOUNT, explanation="A ring.")
    merged = Decision(**about, action=Action.MERGE, explanation="The same.", concerned_id=scene.cast["author"].id)
    scene.db.add_all([before, merged])
    await scene.db.flush()
    made.reverses_id = before.id
    voter = {"voter_id": scene.cast["newcomer"].id, "author_id": scene.cast["author"].id, "decision_id": before.id}
    other = {"argument_id": scene.reply.id, "other_id": scene.root.id, "decision_id": merged.id}
    scene.db.add_all([made, VoteDiscount(**about, **voter, stopped_votes=[], stopped_bearings=[])])
    scene.db.add(Reshaping(**about, **other))
    for each in (made, merged):
        await scene.db.flush()
        scene.db.add(LogEntry(moderator_name="Somebody", action=each.action, decision_id=each.id, item={}))
    await scene.db.commit()
    actor = (await actors_of(scene.db, scene.cast))["administrator"]
    found = [(await find_entry(scene.db, actor, number)).concerned_ids for number in (1, 2)]
    ids = {name: scene.cast[name].id for name in scene.cast}
    assert found == [{ids["host"], ids["newcomer"]}, {ids["author"], ids["member"]}]

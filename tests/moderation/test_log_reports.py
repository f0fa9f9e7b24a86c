"""Anybody reports a mistake in the log; somebody who did not act answers, once."""

from uuid import uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.models import LogReport
from app.rate_limits import REPORT_LOG_ADDRESS
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

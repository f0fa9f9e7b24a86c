"""“This changed my mind”: with a reason, once per person and argument, told to its author, counted exactly."""

import asyncio
import re

import pytest
from httpx import AsyncClient
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Action, Argument, Credit, Notification, NotificationKind, User
from app.votes.limits import CREDIT_MAX, CREDIT_MIN
from tests.arguments.conftest import BrowserOf, set_stage
from tests.arguments.stage import Stage
from tests.factories import make_user

REASON = "I had thought that nobody depends on the mill; now I see who does."


@pytest.fixture
async def stage(db: AsyncSession, browser_of: BrowserOf) -> Stage:
    return await set_stage(db, browser_of)


async def _credit(stage: Stage, reason: str = REASON, act: str = "") -> str:
    answer = await stage.page.post(f"{stage.parent_url}/credit{act}", data={"reason": reason})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def _told(stage: Stage) -> int:
    statement = select(func.count()).select_from(Notification).where(Notification.kind == NotificationKind.CREDIT)
    count = (await stage.db.execute(statement)).scalar_one()
    await stage.db.commit()
    return count


async def test_credit_stands_under_the_argument_and_its_author_is_told(stage: Stage, client: AsyncClient) -> None:
    assert await _credit(stage) == f"{stage.parent_url}?done=credited#credits"
    page = (await client.get(stage.parent_url)).text
    assert "It changed 1 mind</h2>" in page
    assert REASON in page
    assert 'href="/people/member"' in page
    assert "Changed 1 mind" in (await client.get(stage.url)).text
    assert (await stage.argument(stage.parent.id)).credit_count == 1
    assert "changed their mind" in (await stage.author_page.get("/notifications")).text
    notice = (await stage.db.scalars(select(Notification.id))).one()
    await stage.db.commit()
    opened = await stage.author_page.post(f"/notifications/{notice}/open")
    assert opened.headers["location"] == f"{stage.parent_url}#credits"
    assert await stage.wrong_counts() == []


async def test_it_is_worded_anew_taken_back_and_given_again_and_told_once(stage: Stage, client: AsyncClient) -> None:
    await _credit(stage)
    await _credit(stage, REASON + " All forty of them.")
    form = (await stage.page.get(f"{stage.parent_url}/credit")).text
    assert "All forty of them." in form
    assert "Take it back" in form
    assert (await stage.argument(stage.parent.id)).credit_count == 1
    for _ in range(2):
        assert await _credit(stage, act="/withdraw") == f"{stage.parent_url}?done=uncredited"
        assert (await stage.argument(stage.parent.id)).credit_count == 0
    page = (await client.get(stage.parent_url)).text
    assert "All forty" not in page
    assert 'id="credits"' not in page
    await _credit(stage)
    assert (await stage.argument(stage.parent.id)).credit_count == 1
    assert await _told(stage) == 1
    assert await stage.wrong_counts() == []


async def test_many_at_once_count_once(stage: Stage) -> None:
    await asyncio.gather(*(_credit(stage) for _ in range(6)))
    assert (await stage.argument(stage.parent.id)).credit_count == 1
    assert await _told(stage) == 1
    assert await stage.wrong_counts() == []


@pytest.mark.parametrize(
    "reason", ["", "x" * (CREDIT_MIN - 1), "word " * CREDIT_MAX, " " * CREDIT_MIN, "!?" * CREDIT_MIN]
)
async def test_a_reason_is_needed_and_what_was_typed_is_kept(stage: Stage, reason: str) -> None:
    answer = await stage.page.post(f"{stage.parent_url}/credit", data={"reason": reason})
    assert answer.status_code == 422
    assert reason.strip()[:40] in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert (await stage.argument(stage.parent.id)).credit_count == 0


async def test_nobody_credits_themselves_or_what_is_hidden(stage: Stage, client: AsyncClient) -> None:
    url = f"{stage.parent_url}/credit"
    for browser, status in ((stage.author_page, 403), (client, 303)):
        assert (await browser.get(url)).status_code == status
        assert (await browser.post(url, data={"reason": REASON})).status_code == status
    assert "This changed my mind" not in (await stage.author_page.get(stage.parent_url)).text
    await _credit(stage)
    await stage.decide(await stage.db.get_one(Argument, (stage.debate.id, stage.parent.id)), Action.HIDE)
    assert (await stage.page.post(url, data={"reason": REASON})).status_code == 403


async def test_markup_in_a_reason_is_text(stage: Stage, client: AsyncClient) -> None:
    await _credit(stage, f"<script>alert(1)</script> {REASON}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (await client.get(stage.parent_url)).text


async def test_all_credits_are_on_a_page_of_their_own(stage: Stage, client: AsyncClient) -> None:
    users = [await make_user(stage.db) for _ in range(35)]
    rows = [
        {"debate_id": stage.debate.id, "user_id": user.id, "argument_id": stage.parent.id, "reason": REASON}
        for user in users
    ]
    await stage.db.execute(insert(Credit), rows)
    await stage.db.commit()
    page = (await client.get(f"{stage.parent_url}/credits")).text
    (more,) = re.findall(r'href="([^"]+/credits\?before=[^"]+)"', page)
    rest = (await client.get(more.replace("&amp;", "&"))).text
    names = re.findall(r'href="/people/([^"]+)"', page) + re.findall(r'href="/people/([^"]+)"', rest)
    assert sorted(names) == sorted(user.username for user in users)


async def test_every_wording_stays_readable(stage: Stage, client: AsyncClient) -> None:
    await _credit(stage)
    await _credit(stage, REASON)  # The same again is no version.
    await _credit(stage, REASON.replace("nobody", "hardly anybody"))
    credit = (await stage.db.execute(select(Credit))).scalar_one()
    await stage.db.commit()
    url = f"{stage.url}/credits/{credit.id}"
    argument = (await client.get(stage.parent_url)).text
    assert f'href="{url}/history"' in argument
    assert "hardly anybody" in (await client.get(url)).text
    history = (await client.get(f"{url}/history")).text
    assert re.findall(r'id="version-(\d+)"', history) == ["2", "1"]
    assert "<del>nobody</del>" in history
    assert "<ins>hardly anybody</ins>" in history
    earlier = (await client.get(f"{url}/history?before=2")).text
    assert re.findall(r'id="version-(\d+)"', earlier) == ["1"]
    assert await stage.wrong_counts() == []


async def test_it_outlives_its_author_s_account(stage: Stage, client: AsyncClient) -> None:
    await _credit(stage)
    await stage.db.delete(await stage.db.get_one(User, stage.member.id))
    await stage.db.commit()
    page = (await client.get(f"{stage.parent_url}/credits")).text
    assert REASON in page
    assert "a former member" in page
    assert await stage.wrong_counts() == []

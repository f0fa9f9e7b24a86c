"""A member is told what is new since their last visit, and reading alone writes nothing."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.debates.visits import SHOWN
from app.models import Debate, Position, User, Visit
from tests.factories import make_argument, make_debate, make_user

URL = "/debates/mill"


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    debate = await make_debate(db)
    await db.commit()
    return debate


@pytest.fixture
async def member(db: AsyncSession) -> User:
    member = await make_user(db, "reader")
    await db.commit()
    return member


@pytest.fixture
async def browser(browser_of: Callable[[User], Awaitable[AsyncClient]], member: User) -> AsyncClient:
    return await browser_of(member)


async def _post(db: AsyncSession, debate: Debate, claim: str, author: User | None = None) -> int:
    author = author or await make_user(db)
    position = await db.scalar(select(Position).where(Position.debate_id == debate.id).limit(1))
    argument = await make_argument(db, debate, author, claim=claim, position=position)
    await db.execute(text("UPDATE debates SET version = version + 1"))
    await db.commit()
    return argument.id


async def _end_visit(db: AsyncSession) -> None:
    await db.execute(text("UPDATE visits SET seen_at = seen_at - interval '1 hour'"))
    await db.commit()


async def test_reading_writes_nothing(db: AsyncSession, browser: AsyncClient, debate: Debate) -> None:
    for path in ("", "/new", "/outline"):
        assert (await browser.get(URL + path)).status_code == 200
    assert await db.scalar(select(func.count()).select_from(Visit)) == 0


async def test_the_next_visit_tells_what_is_new(db: AsyncSession, browser: AsyncClient, debate: Debate) -> None:
    old = await _post(db, debate, "What was there before.")
    assert (await browser.post(f"{URL}/seen")).status_code == 204
    await _post(db, debate, "What came during the visit.")
    assert "<strong>1 new</strong>" in (await browser.get(URL)).text
    assert (await browser.post(f"{URL}/seen")).status_code == 204
    await _end_visit(db)
    new = await _post(db, debate, "What came afterwards.")
    page = (await browser.get(URL)).text
    assert "<strong>1 new</strong>" in page
    assert "data-new>" in page.partition(f'id="argument-{new}"')[2].partition("</article>")[0]
    assert "data-new>" not in page.partition(f'id="argument-{old}"')[2].partition("</article>")[0]
    listed = (await browser.get(f"{URL}/new")).text
    assert "What came afterwards." in listed
    assert "What came during the visit." not in listed


async def test_what_is_new_stays_new_within_a_visit(db: AsyncSession, browser: AsyncClient, debate: Debate) -> None:
    await browser.post(f"{URL}/seen")
    await _end_visit(db)
    await _post(db, debate, "What came afterwards.")
    for _ in range(2):
        await browser.post(f"{URL}/seen")
        assert "<strong>1 new</strong>" in (await browser.get(URL)).text


async def test_own_arguments_are_not_new(db: AsyncSession, browser: AsyncClient, debate: Debate, member: User) -> None:
    await browser.post(f"{URL}/seen")
    await _post(db, debate, "My own words.", member)
    page = (await browser.get(URL)).text
    assert "Nothing is new to you" in page
    assert "data-new>" not in page


async def test_everything_can_be_marked_as_read(db: AsyncSession, browser: AsyncClient, debate: Debate) -> None:
    await browser.post(f"{URL}/seen")
    await _post(db, debate, "What came afterwards.")
    answer = await browser.post(f"{URL}/seen", data={"all": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{URL}?done=seen")
    assert "Nothing is new to you" in (await browser.get(URL)).text


async def test_the_list_goes_on_by_keyset(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    author = await make_user(db)
    claims = [f"Claim number {number:03} is new." for number in range(SHOWN + 5)]
    for claim in claims:
        await _post(db, debate, claim, author)
    first = (await client.get(f"{URL}/new", params={"since": 0})).text
    more = first.partition('aria-label="More of what is new"><a class="button" href="')[2].partition('"')[0]
    rest = (await client.get(more.replace("&amp;", "&"))).text
    assert [claim for page in (first, rest) for claim in claims if claim in page] == claims


async def test_what_has_no_author_is_new_to_visitors_and_members(
    db: AsyncSession, client: AsyncClient, browser: AsyncClient, debate: Debate
) -> None:
    argument = await _post(db, debate, "Written by a former member.")
    await db.execute(text("UPDATE arguments SET author_id = NULL"))
    await db.commit()
    for reader in (client, browser):
        assert "Written by a former member." in (await reader.get(f"{URL}/new?since={argument - 1}")).text


async def test_a_visitor_is_asked_to_sign_in_and_is_told_nothing(client: AsyncClient, debate: Debate) -> None:
    assert (await client.post(f"{URL}/seen")).status_code == 303
    assert "data-visit" not in (await client.get(URL)).text
    assert "it is known yet" in (await client.get(f"{URL}/new")).text


async def test_the_visits_of_others_do_not_multiply_what_is_new(
    db: AsyncSession, browser: AsyncClient, browser_of: Callable[[User], Awaitable[AsyncClient]], debate: Debate
) -> None:
    someone = await make_user(db, "someone")
    await db.commit()
    other = await browser_of(someone)
    for each in (browser, other):
        assert (await each.post(f"{URL}/seen")).status_code == 204
    await _post(db, debate, "What came during both visits.")
    assert "<strong>1 new</strong>" in (await browser.get(URL)).text

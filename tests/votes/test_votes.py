"""A vote is one tap: set, changed, taken back, and counted exactly, whoever votes at the same time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import CURRENT_VOTE_COUNT, Argument, Debate, DebateState, Position, User, Vote
from tests.factories import make_argument, make_debate, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def argument(db: AsyncSession) -> Argument:
    debate = await make_debate(db)
    author = await make_user(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    argument = await make_argument(db, debate, author, position=position)
    await db.commit()
    return argument


async def _counts(db: AsyncSession, argument: Argument) -> tuple[int, int, int]:
    columns = (Argument.agree_count, Argument.disagree_count, Argument.pass_count)
    row = (await db.execute(select(*columns).where(Argument.id == argument.id))).one()
    await db.commit()  # The next look has to see what others have written since.
    return tuple(row)  # type: ignore[return-value]


def _url(argument: Argument) -> str:
    return f"/debates/mill/arguments/{argument.id}/vote"


async def test_vote_is_set_changed_and_taken_back(db: AsyncSession, browser_of: Browser, argument: Argument) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    seen = []
    for value in ("agree", "agree", "disagree", "pass", "none", "none"):
        assert (await browser.post(_url(argument), data={"value": value})).status_code == 303
        seen.append(await _counts(db, argument))
    assert seen == [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0)]
    assert await db.scalar(select(CURRENT_VOTE_COUNT)) == 0


async def test_vote_leads_back_to_the_page_it_came_from(
    db: AsyncSession, browser_of: Browser, argument: Argument
) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    referer = {"Referer": "http://127.0.0.1:8000/debates/mill"}
    answer = await browser.post(_url(argument), data={"value": "agree"}, headers=referer)
    assert answer.headers["Location"] == f"/debates/mill#argument-{argument.id}"


async def test_script_gets_the_buttons_with_the_own_vote_pressed(
    db: AsyncSession, browser_of: Browser, argument: Argument
) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await browser.post(_url(argument), data={"value": "agree"}, headers=headers)
    assert answer.status_code == 200
    assert '<button name="value" value="none" aria-pressed="true">Agree <b>1</b>' in answer.text
    page = await browser.get(f"/debates/mill/arguments/{argument.id}")
    assert '<button name="value" value="none" aria-pressed="true">Agree <b>1</b>' in page.text


async def test_twenty_votes_at_once_are_all_counted(db: AsyncSession, browser_of: Browser, argument: Argument) -> None:
    voters = [await make_user(db) for _ in range(10)]
    await db.commit()
    browsers = [await browser_of(voter) for voter in voters]
    twice = [browser.post(_url(argument), data={"value": "agree"}) for browser in browsers for _ in range(2)]
    answers = await asyncio.gather(*twice)
    assert {answer.status_code for answer in answers} == {303}
    assert await _counts(db, argument) == (10, 0, 0)
    assert len((await db.scalars(select(Vote))).all()) == 10


@pytest.mark.parametrize("value", ["", "yes", "agree\x00", "9" * 100_000])
async def test_anything_but_the_three_buttons_is_refused(
    db: AsyncSession, browser_of: Browser, argument: Argument, value: str
) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    answer = await browser.post(_url(argument), data={"value": value})
    assert answer.status_code == 422
    assert "agree, disagree or pass" in answer.text
    assert await _counts(db, argument) == (0, 0, 0)


async def test_visitor_is_led_to_the_sign_in_page_and_back(client: AsyncClient, argument: Argument) -> None:
    referer = {"Referer": f"http://127.0.0.1:8000/debates/mill/arguments/{argument.id}"}
    answer = await client.post(_url(argument), data={"value": "agree"}, headers=referer)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/sign-in?next=/debates/mill/arguments/{argument.id}"


async def test_own_argument_takes_no_vote_of_its_author(
    db: AsyncSession, browser_of: Browser, argument: Argument
) -> None:
    author = await db.get_one(User, argument.author_id)
    answer = await (await browser_of(author)).post(_url(argument), data={"value": "agree"})
    assert answer.status_code == 403
    assert "your own argument" in answer.text


async def test_locked_debate_takes_no_votes(db: AsyncSession, browser_of: Browser, argument: Argument) -> None:
    voter = await make_user(db)
    await db.execute(update(Debate).values(state=DebateState.LOCKED))
    await db.commit()
    answer = await (await browser_of(voter)).post(_url(argument), data={"value": "agree"})
    assert answer.status_code == 403
    assert "locked" in answer.text


async def test_unknown_argument_is_not_found(db: AsyncSession, browser_of: Browser, argument: Argument) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    for number in ("999999", "9223372036854775807", "9223372036854775808", "0", "one"):
        answer = await browser.post(f"/debates/mill/arguments/{number}/vote", data={"value": "agree"})
        assert answer.status_code == 404, number

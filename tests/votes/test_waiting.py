"""Votes of new accounts are kept and count when their time has come, to the vote."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.doctor.examination import examine
from app.main import create_app
from app.models import CURRENT_VOTE_COUNT, Action, Argument, Decision, Position, User, VoteDiscount
from app.settings import Settings
from app.votes.counting import count_due_votes
from tests.factories import make_argument, make_debate, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]
LONG_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The site, holding votes back."""
    app = create_app(settings.model_copy(update={"hold_votes": "until_confirmed"}))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def reply(db: AsyncSession) -> int:
    debate = await make_debate(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    point = await make_argument(db, debate, await make_user(db), position=position)
    reply = await make_argument(db, debate, await make_user(db), parent=point)
    await db.commit()
    return reply.id


async def _counts(db: AsyncSession, reply: int) -> tuple[int, ...]:
    columns = (Argument.agree_count, Argument.disagree_count, Argument.bears_count)
    counts = tuple((await db.execute(select(*columns).where(Argument.id == reply))).one())
    assert not [finding.name async for finding in examine(db) if finding.count and finding.is_counter]
    await db.rollback()
    return counts


async def _vote(browser: AsyncClient, reply: int, **data: str) -> None:
    assert (await browser.post(f"/debates/mill/arguments/{reply}/vote", data=data)).status_code == 303


@pytest.mark.parametrize(
    ("values", "counts_at_once"),
    [
        ({}, False),
        ({"created_at": LONG_AGO}, False),
        ({"email_verified_at": LONG_AGO}, False),
        ({"created_at": LONG_AGO, "email_verified_at": LONG_AGO}, True),
    ],
)
async def test_only_old_and_confirmed_accounts_count_at_once(
    db: AsyncSession, browser_of: Browser, reply: int, values: dict[str, datetime], counts_at_once: bool
) -> None:
    voter = await make_user(db, **values)
    await db.commit()
    browser = await browser_of(voter)
    await _vote(browser, reply, value="agree")
    await _vote(browser, reply, bears="yes")
    assert await _counts(db, reply) == ((1, 0, 1) if counts_at_once else (0, 0, 0))
    page = await browser.get(f"/debates/mill/arguments/{reply}")
    assert 'value="none" aria-pressed="true">Agree' in page.text


async def test_they_count_once_when_they_are_due(
    db: AsyncSession, engine: AsyncEngine, browser_of: Browser, reply: int, app: FastAPI
) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    await _vote(browser, reply, value="agree")
    await _vote(browser, reply, bears="yes")
    assert await count_due_votes(engine, app.state.settings) == 0
    await db.execute(update(User).where(User.id == voter.id).values(created_at=LONG_AGO, email_verified_at=LONG_AGO))
    await db.commit()
    assert await count_due_votes(engine, app.state.settings) == 1
    assert await count_due_votes(engine, app.state.settings) == 0
    assert await _counts(db, reply) == (1, 0, 1)
    await _vote(browser, reply, value="disagree")
    assert await _counts(db, reply) == (0, 1, 1)
    await _vote(browser, reply, value="none")
    assert await _counts(db, reply) == (0, 0, 1)
    assert await db.scalar(select(CURRENT_VOTE_COUNT)) == 0


async def test_a_waiting_vote_changes_and_goes_without_a_trace(
    db: AsyncSession, browser_of: Browser, reply: int
) -> None:
    voter = await make_user(db)
    await db.commit()
    browser = await browser_of(voter)
    for value in ("agree", "disagree", "none"):
        await _vote(browser, reply, value=value)
        assert await _counts(db, reply) == (0, 0, 0)


async def test_a_site_that_stops_holding_votes_counts_them(
    db: AsyncSession, engine: AsyncEngine, browser_of: Browser, reply: int, settings: Settings
) -> None:
    voter = await make_user(db)
    await db.commit()
    await _vote(await browser_of(voter), reply, value="agree")
    assert await count_due_votes(engine, settings) == 1
    assert await _counts(db, reply) == (1, 0, 0)


async def test_an_old_account_needs_no_address_where_only_the_first_day_is_held(
    db: AsyncSession, engine: AsyncEngine, browser_of: Browser, reply: int, settings: Settings
) -> None:
    voter = await make_user(db)
    await db.commit()
    await _vote(await browser_of(voter), reply, value="pass")
    first_day = settings.model_copy(update={"hold_votes": "first_day"})
    assert await count_due_votes(engine, first_day) == 0
    await db.execute(update(User).where(User.id == voter.id).values(created_at=LONG_AGO))
    await db.commit()
    assert await count_due_votes(engine, first_day) == 1


async def test_a_discounted_vote_stays_uncounted(
    db: AsyncSession, engine: AsyncEngine, browser_of: Browser, reply: int, settings: Settings
) -> None:
    voter = await make_user(db)
    await db.commit()
    await _vote(await browser_of(voter), reply, value="agree")
    answered = (await db.scalars(select(Argument).where(Argument.id == reply))).one()
    decision = Decision(
        debate_id=answered.debate_id, action=Action.DISCOUNT, explanation="One person, several accounts."
    )
    db.add(decision)
    await db.flush()
    between = {"voter_id": voter.id, "author_id": answered.author_id}
    db.add(VoteDiscount(debate_id=answered.debate_id, decision_id=decision.id, **between))
    await db.commit()
    assert await count_due_votes(engine, settings) == 0
    assert await _counts(db, reply) == (0, 0, 0)

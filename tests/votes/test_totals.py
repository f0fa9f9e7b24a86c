"""Where votes that were cast do not all count, pages say how many do and why, and name nobody."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.models import Action, Argument, Debate, Decision, StandingRun, User, Vote, VoteDiscount
from app.standing.running import run_debate
from app.votes.discounting import stop_votes
from app.votes.totals import VoteTotals, load_own_totals, load_uncounted, load_vote_totals
from tests.factories import make_argument, make_user
from tests.standing.camps import make_camps

Browser = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def debate(db: AsyncSession) -> Debate:
    """With an author whose argument four people have agreed with: one waits, one is discounted."""
    debate = await make_camps(db)
    author = await make_user(db, "the-author")
    parent = (await db.scalars(select(Argument).where(Argument.debate_id == debate.id).order_by(Argument.id))).first()
    argument = await make_argument(db, debate, author, parent=parent, claim="Grain has to be ground somewhere.")
    voters = [await make_user(db, f"voter-{number}") for number in range(4)]
    for voter in voters:
        db.add(Vote(debate_id=debate.id, user_id=voter.id, argument_id=argument.id, value="agree"))
    await db.flush()
    waiting = (Vote.user_id == voters[0].id, Vote.argument_id == argument.id)
    await db.execute(update(Vote).where(*waiting).values(is_counted=False))
    await db.execute(update(Argument).where(Argument.id == argument.id).values(agree_count=3))
    await db.execute(update(Debate).where(Debate.id == debate.id).values(vote_count=Debate.vote_count + 4))
    decision = Decision(debate_id=debate.id, action=Action.DISCOUNT, explanation="Arranged.", concerned_id=author.id)
    db.add(decision)
    await db.flush()
    await stop_votes(db, debate.id, author.id, [voters[1].id], decision.id)
    await db.commit()
    return debate


async def _argument(db: AsyncSession) -> int:
    return (await db.scalars(select(Argument.id).where(Argument.claim.startswith("Grain")))).one()


async def test_argument_says_how_many_were_cast_and_counted_and_why(
    db: AsyncSession, client: AsyncClient, debate: Debate
) -> None:
    id = await _argument(db)
    assert tuple(await load_uncounted(db, debate.id, id)) == (1, 1, 0, 0)
    for path in (f"/debates/mill/arguments/{id}", f"/debates/mill/arguments/{id}/strength"):
        page = (await client.get(path)).text
        assert "4 votes cast, 2 counted: why?" in page
        assert "1 is of accounts that are new or not confirmed yet, and counts once its time has come." in page
        assert 'href="/debates/mill/log?action=discount">discounted by moderators</a>' in page
        assert "voter-" not in page.lower()


async def test_where_all_count_nothing_is_said(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    other = (await db.scalars(select(func.min(Argument.id)))).one()
    assert "counted: why?" not in (await client.get(f"/debates/mill/arguments/{other}")).text


async def test_hidden_results_hide_this_too(db: AsyncSession, client: AsyncClient, debate: Debate) -> None:
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    assert "counted: why?" not in (await client.get(f"/debates/mill/arguments/{await _argument(db)}")).text


async def test_standing_and_its_run_say_so_of_the_debate(
    db: AsyncSession, client: AsyncClient, engine: AsyncEngine, debate: Debate
) -> None:
    totals = await load_vote_totals(db, debate.id)
    assert totals == VoteTotals(totals.cast, 1, 1, 0)
    await run_debate(engine, debate.id)
    said = f"{totals.cast} votes cast, {totals.cast - 2} counted."
    for path in ("/debates/mill/standing", "/debates/mill/standing/runs/1"):
        page = " ".join((await client.get(path)).text.split())
        assert said in page
    run = (await db.scalars(select(StandingRun))).one()
    assert (run.cast_count, run.waiting_count, run.discounted_count) == (totals.cast, 1, 1)
    assert run.vote_count == totals.cast - 2


async def test_votes_on_what_is_withdrawn_count_and_are_left_out_of_the_run(
    db: AsyncSession, client: AsyncClient, engine: AsyncEngine, debate: Debate
) -> None:
    await db.execute(update(Argument).where(Argument.id == await _argument(db)).values(withdrawn_at=datetime.now(UTC)))
    await db.commit()
    totals = await load_vote_totals(db, debate.id)
    assert totals.unlisted == 2
    await run_debate(engine, debate.id)
    page = " ".join((await client.get("/debates/mill/standing/runs/1")).text.split())
    assert f"{totals.counted} counted, 2 of them on arguments that are hidden, removed or withdrawn" in page


async def test_own_votes_say_which_wait_and_which_are_discounted(
    db: AsyncSession, browser_of: Browser, debate: Debate
) -> None:
    marks = {"voter-0": "Does not count yet", "voter-1": "Discounted by moderators", "voter-2": None}
    for name, mark in marks.items():
        voter = (await db.scalars(select(User).where(User.username == name))).one()
        await db.commit()
        browser = await browser_of(voter)
        page = (await browser.get("/account/votes")).text
        assert f"1 vote cast, {0 if mark else 1} counted." in page
        assert re.findall(r'class="state"[^>]*>([^<]+)<', page) == ([mark] if mark else [])
        record = (await browser.get("/account/votes.json")).json()[0]
        assert record["why_not_counted"] == {"voter-0": "waiting", "voter-1": "discounted", "voter-2": None}[name]


async def test_own_totals_are_over_all_debates(db: AsyncSession, debate: Debate) -> None:
    voter = (await db.scalars(select(User).where(User.username == "voter-1"))).one()
    other = await make_camps(db, slug="weir")
    argument = (await db.scalars(select(Argument.id).where(Argument.debate_id == other.id).limit(1))).one()
    db.add(Vote(debate_id=other.id, user_id=voter.id, argument_id=argument, value="pass"))
    await db.flush()
    assert await load_own_totals(db, voter.id) == VoteTotals(2, 0, 1)
    await db.execute(update(VoteDiscount).values(lifted_at=datetime.now(UTC) - timedelta(days=1)))
    assert await load_own_totals(db, voter.id) == VoteTotals(2, 1, 0)

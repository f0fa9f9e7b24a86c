"""Somebody's own votes: listed, changed in place, taken along; nobody else sees them."""

import csv
import io
import re
from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Action, Argument, Debate, DebateState, Decision, Position, User, Vote, VoteValue
from tests.factories import make_argument, make_debate, make_user
from tests.statements import counted_statements

Browser = Callable[[User], Awaitable[AsyncClient]]
OWN = "/account/votes"


@pytest.fixture
async def reply(db: AsyncSession) -> Argument:
    debate = await make_debate(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    point = await make_argument(db, debate, await make_user(db), position=position, claim="The mill feeds the town.")
    reply = await make_argument(db, debate, await make_user(db), parent=point, claim="=It feeds nobody.")
    await db.commit()
    return reply


@pytest.fixture
async def voter(db: AsyncSession, reply: Argument) -> User:
    voter = await make_user(db)
    await db.commit()
    return voter


@pytest.fixture
async def browser(browser_of: Browser, voter: User) -> AsyncClient:
    return await browser_of(voter)


async def _vote(browser: AsyncClient, argument_id: int | None, **data: str) -> None:
    answer = await browser.post(f"/debates/mill/arguments/{argument_id}/vote", data=data)
    assert answer.status_code == 303


async def test_votes_are_listed_newest_first_and_changed_in_place(browser: AsyncClient, reply: Argument) -> None:
    await _vote(browser, reply.parent_id, value="agree")
    await _vote(browser, reply.id, bears="no")
    page = (await browser.get(OWN)).text
    assert re.findall(r'<li id="argument-(\d+)">', page) == [str(reply.id), str(reply.parent_id)]
    assert '<button name="value" value="none" aria-pressed="true">Agree <b>1</b>' in page
    assert '<button name="bears" value="none" aria-pressed="true">No <b>1</b>' in page
    referer = {"Referer": f"http://127.0.0.1:8000{OWN}"}
    changed = await browser.post(
        f"/debates/mill/arguments/{reply.parent_id}/vote", data={"value": "disagree"}, headers=referer
    )
    assert changed.headers["Location"] == f"{OWN}#argument-{reply.parent_id}"
    page = (await browser.get(OWN)).text
    assert '<button name="value" value="none" aria-pressed="true">Disagree <b>1</b>' in page


async def test_nobody_sees_the_votes_of_others(
    db: AsyncSession, client: AsyncClient, browser_of: Browser, browser: AsyncClient, reply: Argument
) -> None:
    await _vote(browser, reply.id, value="agree")
    other = await make_user(db)
    await db.commit()
    elsewhere = await browser_of(other)
    assert "You have not voted yet" in (await elsewhere.get(OWN)).text
    assert (await elsewhere.get(f"{OWN}.json")).json() == []
    for path in (OWN, f"{OWN}.csv", f"{OWN}.json"):
        assert (await client.get(path)).headers["Location"].startswith("/sign-in")


async def test_a_vote_that_waits_and_one_that_cannot_be_changed_say_so(
    db: AsyncSession, browser: AsyncClient, reply: Argument
) -> None:
    await _vote(browser, reply.id, value="pass")
    await db.execute(update(Vote).values(is_counted=False))
    await db.execute(update(Debate).values(state=DebateState.LOCKED))
    await db.commit()
    page = (await browser.get(OWN)).text
    assert "Does not count yet" in page
    assert "You passed. This cannot be changed any more." in page
    assert 'class="vote"' not in page


async def test_a_hidden_claim_is_not_told(db: AsyncSession, browser: AsyncClient, reply: Argument) -> None:
    await _vote(browser, reply.id, value="agree")
    decision = Decision(debate_id=reply.debate_id, argument_id=reply.id, action=Action.HIDE, explanation="")
    db.add(decision)
    await db.flush()
    await db.execute(update(Argument).where(Argument.id == reply.id).values(hidden_by_id=decision.id))
    await db.commit()
    for path in (OWN, f"{OWN}.csv", f"{OWN}.json"):
        assert "feeds nobody" not in (await browser.get(path)).text
    assert "An argument that is hidden" in (await browser.get(OWN)).text


async def test_hidden_results_are_not_told_here_either(db: AsyncSession, browser: AsyncClient, reply: Argument) -> None:
    await _vote(browser, reply.id, value="agree")
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    assert 'aria-pressed="true">Agree</button>' in (await browser.get(OWN)).text
    await browser.post("/debates/mill/stance", data={"position": "undecided"})
    assert 'aria-pressed="true">Agree <b>1</b>' in (await browser.get(OWN)).text


async def test_files_have_votes_and_stances_and_are_kept_by_nobody(browser: AsyncClient, reply: Argument) -> None:
    await _vote(browser, reply.id, value="agree")
    await _vote(browser, reply.id, bears="yes")
    await browser.post("/debates/mill/stance", data={"position": "1"})
    await browser.post("/debates/mill/stance", data={"position": "undecided"})
    answers = [await browser.get(f"{OWN}.{format}") for format in ("json", "csv")]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
    records = answers[0].json()
    assert [(record["kind"], record["value"]) for record in records] == [
        ("vote", "agree"), ("bears on the point", "yes"), ("first stance", "Side 1"), ("latest stance", "undecided"),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(answers[1].text)))
    assert [row["kind"] for row in rows] == [record["kind"] for record in records]
    assert rows[0]["claim"] == "'=It feeds nobody."
    page = (await browser.get(OWN)).text
    assert "Side 1, " in page


async def test_list_goes_on_and_its_statements_do_not_grow(
    app: FastAPI, db: AsyncSession, browser: AsyncClient, voter: User, reply: Argument
) -> None:
    with counted_statements(app) as few:
        await browser.get(OWN)
    debate = (await db.scalars(select(Debate))).one()
    point = await db.get_one(Argument, (debate.id, reply.parent_id))
    made = [await make_argument(db, debate, None, parent=point) for _ in range(35)]
    key = {"debate_id": debate.id, "user_id": voter.id, "value": VoteValue.AGREE}
    await db.execute(insert(Vote), [{**key, "argument_id": argument.id} for argument in made])
    await db.commit()
    with counted_statements(app) as many:
        page = (await browser.get(OWN)).text
    assert len(few) == len(many) > 0
    (more,) = re.findall(r'href="(/account/votes\?before=[^"]+)"', page)
    rest = (await browser.get(more)).text
    ids = [int(id) for text in (page, rest) for id in re.findall(r'<li id="argument-(\d+)">', text)]
    assert ids == sorted((argument.id for argument in made), reverse=True)

"""Voting on one argument after another."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.arguments.commands import withdraw_argument
from app.doctor.examination import examine
from app.models import Argument, Bearing, Debate, DebateState, Position, Skip, User, Vote
from app.standing.running import run_debate
from tests.factories import make_argument, make_debate, make_user
from tests.standing.camps import make_camps
from tests.statements import counted_statements

Browser = Callable[[User], Awaitable[AsyncClient]]
NEXT = "/debates/mill/vote-next"


@dataclass
class Deck:
    db: AsyncSession
    debate: Debate
    voter: User
    arguments: list[Argument]
    browser: AsyncClient

    async def shown(self, query: str = "") -> int | None:
        """The argument on the card."""
        page = (await self.browser.get(f"{NEXT}{query}")).text
        found = re.search(rf'<form class="ballot" method="post" action="{NEXT}/(\d+)"', page)
        return int(found[1]) if found else None

    async def answer(self, id: int, act: str) -> str:
        answer = await self.browser.post(f"{NEXT}/{id}", data={"act": act})
        assert answer.status_code == 303
        return answer.headers["Location"]

    async def judged(self) -> dict[int, bool]:
        rows = await self.db.execute(select(Bearing.argument_id, Bearing.bears).where(Bearing.user_id == self.voter.id))
        judged = {row[0]: row[1] for row in rows}
        await self.db.commit()
        return judged

    async def votes(self) -> dict[int, str]:
        rows = await self.db.execute(select(Vote.argument_id, Vote.value).where(Vote.user_id == self.voter.id))
        votes = {row[0]: str(row[1]) for row in rows}
        await self.db.commit()
        return votes


@pytest.fixture
async def deck(db: AsyncSession, browser_of: Browser) -> Deck:
    """Four arguments by somebody else, and others that the voter is not asked about: own, hidden, withdrawn."""
    debate = await make_debate(db)
    author, voter = await make_user(db), await make_user(db)
    sides = list(await db.scalars(select(Position).order_by(Position.number)))
    first = await make_argument(db, debate, author, position=sides[0], claim="The mill feeds the town.")
    arguments = [first, await make_argument(db, debate, author, parent=first, claim="It feeds nobody.")]
    arguments += [await make_argument(db, debate, None, position=sides[1]) for _ in range(2)]
    await make_argument(db, debate, voter, position=sides[0])
    gone = await make_argument(db, debate, author, position=sides[0])
    await withdraw_argument(db, gone)
    await db.commit()
    return Deck(db, debate, voter, arguments, await browser_of(voter))


async def test_cards_come_one_by_one_until_all_are_answered(deck: Deck) -> None:
    seen = []
    while (id := await deck.shown()) is not None:
        seen.append(id)
        assert await deck.answer(id, "agree") == f"{NEXT}?last={id}"
        assert f"{len(seen)} of 4 answered" in (await deck.browser.get(NEXT)).text
    assert sorted(seen) == [argument.id for argument in deck.arguments]
    assert await deck.votes() == dict.fromkeys(seen, "agree")
    page = (await deck.browser.get(NEXT)).text
    assert "Thank you: that was the last one" in page
    assert 'href="/debates/mill/standing">See where it stands' in page
    assert not [finding.name async for finding in examine(deck.db) if finding.count]


async def test_looking_writes_nothing_and_shows_the_same_card_again(deck: Deck) -> None:
    assert len({await deck.shown() for _ in range(5)}) == 1
    assert await deck.votes() == {}


async def test_card_says_what_it_replies_to_and_shows_no_count(deck: Deck) -> None:
    reply = deck.arguments[1]
    page = (await deck.browser.get(f"{NEXT}?card={reply.id}")).text
    assert "It feeds nobody.</h1>" in page
    assert "The mill feeds the town.</a>" in page
    assert '<summary class="hint">Its grounds</summary>' in page
    assert "<b>" not in page


@pytest.mark.parametrize("act", ["agree", "disagree", "pass", "skip"])
async def test_the_last_answer_can_be_taken_back(deck: Deck, act: str) -> None:
    id = await deck.shown()
    assert id is not None
    page = (await deck.browser.get(await deck.answer(id, act))).text
    assert f'action="{NEXT}/{id}"' in page
    assert 'value="undo"' in page
    assert await deck.answer(id, "undo") == f"{NEXT}?card={id}"
    assert await deck.shown(f"?card={id}") == id
    assert await deck.votes() == {}
    assert await deck.db.scalar(select(func.count()).select_from(Skip)) == 0
    assert not [finding.name async for finding in examine(deck.db) if finding.count]


async def test_what_is_skipped_comes_when_all_are_seen(deck: Deck) -> None:
    skipped = await deck.shown()
    assert skipped is not None
    await deck.answer(skipped, "skip")
    while (id := await deck.shown()) is not None:
        assert id != skipped
        await deck.answer(id, "pass")
    page = (await deck.browser.get(NEXT)).text
    assert "put off 1." in page
    assert f'href="{NEXT}?card={skipped}">Answer what you put off' in page
    await deck.answer(skipped, "disagree")
    assert "that was the last one" in (await deck.browser.get(NEXT)).text


async def test_a_card_that_is_not_to_be_voted_on_is_not_shown(db: AsyncSession, deck: Deck) -> None:
    others = await db.scalars(select(Argument.id).where(Argument.id.not_in([each.id for each in deck.arguments])))
    for id in [*others, 10**9]:
        assert await deck.shown(f"?card={id}") in {argument.id for argument in deck.arguments}
        assert (await deck.browser.post(f"{NEXT}/{id}", data={"act": "agree"})).status_code in (403, 404)
    assert await deck.votes() == {}


async def test_other_buttons_are_refused(deck: Deck) -> None:
    id = await deck.shown()
    for act in ("", "none", "both"):
        assert (await deck.browser.post(f"{NEXT}/{id}", data={"act": act})).status_code == 422
    assert await deck.votes() == {}


async def test_visitor_signs_in_and_a_locked_debate_takes_no_votes(
    db: AsyncSession, client: AsyncClient, deck: Deck
) -> None:
    assert (await client.get(NEXT)).headers["Location"].startswith("/sign-in?next=/debates/mill/vote-next")
    await db.execute(update(Debate).values(state=DebateState.LOCKED))
    await db.commit()
    assert (await deck.browser.get(NEXT)).status_code == 403


async def test_hidden_results_stay_hidden_at_the_end(db: AsyncSession, deck: Deck) -> None:
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    while (id := await deck.shown()) is not None:
        await deck.answer(id, "agree")
    page = (await deck.browser.get(NEXT)).text
    assert "people who have taken a stance" in page
    assert "See where it stands" not in page


async def test_front_page_and_standing_lead_there(deck: Deck) -> None:
    for path in ("/debates/mill", "/debates/mill/standing"):
        assert f'href="{NEXT}"' in (await deck.browser.get(path)).text


async def test_statements_do_not_grow_and_a_run_is_used(
    app: FastAPI, db: AsyncSession, engine: AsyncEngine, browser_of: Browser
) -> None:
    reader = await make_user(db)
    await db.commit()
    browser = await browser_of(reader)
    counts = []
    for slug, people in (("weir", 0), ("mill", 40)):
        debate = await make_camps(db, people=people, slug=slug)
        await db.commit()
        await run_debate(engine, debate.id)
        with counted_statements(app) as statements:
            assert "0 of 12 answered" in (await browser.get(f"/debates/{slug}/vote-next")).text
        counts.append(len(statements))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(("bears", "said"), [("yes", "bears"), ("no", "does not bear")])
async def test_a_reply_asks_whether_it_bears_and_undoing_takes_both_back(deck: Deck, bears: str, said: str) -> None:
    reply = deck.arguments[1].id
    assert "Does it bear on the point above?" in (await deck.browser.get(f"{NEXT}?card={reply}")).text
    answer = await deck.browser.post(f"{NEXT}/{reply}", data={"act": "agree", "bears": bears})
    assert answer.headers["Location"] == f"{NEXT}?last={reply}&judged=yes"
    page = (await deck.browser.get(answer.headers["Location"])).text
    assert f"You agreed and said that it {said} on the point: It feeds nobody." in page
    assert await deck.judged() == {reply: bears == "yes"}
    assert '<input type="hidden" name="bears" value="none">' in page
    await deck.browser.post(f"{NEXT}/{reply}", data={"act": "undo", "bears": "none"})
    assert (await deck.votes(), await deck.judged()) == ({}, {})
    assert not [finding.name async for finding in examine(deck.db) if finding.count]


async def test_a_vote_alone_leaves_what_was_said_of_the_link_before(deck: Deck) -> None:
    reply = deck.arguments[1].id
    await deck.browser.post(f"/debates/mill/arguments/{reply}/vote", data={"bears": "no"})
    page = (await deck.browser.get(f"{NEXT}?card={reply}")).text
    assert '<input type="radio" name="bears" value="no" checked> No' in page
    assert '<input type="radio" name="bears" value="none"> No answer' in page
    assert await deck.answer(reply, "agree") == f"{NEXT}?last={reply}"
    assert await deck.answer(reply, "undo") == f"{NEXT}?card={reply}"
    assert await deck.judged() == {reply: False}
    await deck.browser.post(f"{NEXT}/{reply}", data={"act": "pass", "bears": "none"})
    assert (await deck.votes(), await deck.judged()) == ({reply: "pass"}, {})


async def test_who_puts_a_reply_off_puts_off_all_of_it(deck: Deck) -> None:
    reply = deck.arguments[1].id
    answer = await deck.browser.post(f"{NEXT}/{reply}", data={"act": "skip", "bears": "yes"})
    assert answer.headers["Location"] == f"{NEXT}?last={reply}"
    assert await deck.judged() == {}


async def test_what_answers_nothing_asks_for_no_link(deck: Deck) -> None:
    first = deck.arguments[0].id
    assert "Does it bear" not in (await deck.browser.get(f"{NEXT}?card={first}")).text
    answer = await deck.browser.post(f"{NEXT}/{first}", data={"act": "agree", "bears": "yes"})
    assert answer.status_code == 422
    assert await deck.votes() == {}

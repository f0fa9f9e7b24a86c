"""A debate may hide its results until one has taken a stance: then no count is anywhere in what one is sent."""

import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Argument, Debate, DebateState, EssayRevision, Position, User
from tests.factories import cite, make_argument, make_debate, make_passage, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}
# Numbers that no name or claim of a test can have.
COUNTS = {"agree_count": 7_341_000, "disagree_count": 5_127_000, "pass_count": 6_113_000, "credit_count": 4_289_000}
TELLING = re.compile(r"(?:7,?341|5,?127|6,?113|4,?289|8,?219),?000|0\.588|stance-share|<b>\d")


@pytest.fixture
async def reply(db: AsyncSession) -> Argument:
    debate = await make_debate(db, hides_results=True)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    position.stance_count = 8_219_000
    point = await make_argument(db, debate, await make_user(db), position=position, **COUNTS)
    reply = await make_argument(db, debate, await make_user(db), parent=point, bears_count=7_341_000, **COUNTS)
    for _ in range(51):  # So that there is a link to more replies, which names the place of the last one.
        await make_argument(db, debate, await make_user(db), parent=point, **COUNTS)
    await db.commit()
    return reply


@pytest.fixture
async def browser(db: AsyncSession, browser_of: Browser, reply: Argument) -> AsyncClient:
    voter = await make_user(db)
    await db.commit()
    return await browser_of(voter)


def _pages(reply: Argument) -> list[str]:
    url = f"/debates/mill/arguments/{reply.parent_id}"
    return ["/debates/mill", "/debates/mill/outline", url, f"{url}?relation=rebut&after=0.0:{reply.id}"]


async def test_nobody_without_a_stance_is_sent_a_count(
    client: AsyncClient, browser: AsyncClient, reply: Argument
) -> None:
    for path in _pages(reply):
        for someone in (client, browser):
            page = await someone.get(path)
            assert page.status_code == 200
            assert not TELLING.search(page.text), path
    assert "once you have taken a stance" in (await client.get("/debates/mill")).text
    voted = await browser.post(f"/debates/mill/arguments/{reply.id}/vote", data={"value": "agree"}, headers=SCRIPT)
    assert 'aria-pressed="true">Agree</button>' in voted.text
    assert not TELLING.search(voted.text)


async def test_the_page_of_standing_leads_to_taking_one(client: AsyncClient, reply: Argument) -> None:
    page = await client.get("/debates/mill/standing")
    assert page.status_code == 403
    assert 'href="/debates/mill#stance">Say where you stand' in page.text
    assert not TELLING.search(page.text)


async def test_a_stance_opens_them_and_leaves_others_where_they_were(
    client: AsyncClient, browser: AsyncClient, reply: Argument
) -> None:
    before = (await browser.get("/debates/mill")).text
    await browser.post("/debates/mill/stance", data={"position": "undecided"})
    for path in _pages(reply):
        if not path.endswith("outline"):
            assert TELLING.search((await browser.get(path)).text), path
        assert not TELLING.search((await client.get(path)).text), path
    assert not TELLING.search(before)
    voted = await browser.post(f"/debates/mill/arguments/{reply.id}/vote", data={"value": "agree"}, headers=SCRIPT)
    assert "Agree <b>7341001</b>" in voted.text


@pytest.mark.parametrize("state", [DebateState.LOCKED, DebateState.ARCHIVED])
async def test_a_closed_debate_hides_nothing(
    db: AsyncSession, client: AsyncClient, reply: Argument, state: DebateState
) -> None:
    await db.execute(update(Debate).values(state=state, version=Debate.version + 1))
    await db.commit()
    assert TELLING.search((await client.get("/debates/mill")).text)


async def test_more_replies_follow_in_order_of_time(client: AsyncClient, reply: Argument) -> None:
    page = await client.get(f"/debates/mill/arguments/{reply.parent_id}")
    (more,) = re.findall(r'href="([^"]*after=[^"]*)#replies"', page.text)
    assert "after=0.0:" in more
    rest = await client.get(more.replace("&amp;", "&"))
    assert len(re.findall('<article class="card"', page.text)) == 50
    assert len(re.findall('<article class="card"', rest.text)) == 2


async def test_notes_on_a_passage_do_not_tell_which_is_stronger(client: AsyncClient, db: AsyncSession) -> None:
    orders = []
    for slug, hides in (("weir", False), ("lock", True)):
        debate = await make_debate(db, slug, hides_results=hides)
        revision = (await db.scalars(select(EssayRevision).filter_by(debate_id=debate.id))).one()
        passage = await make_passage(db, revision, revision.text[:20])
        side = (await db.scalars(select(Position).filter_by(debate_id=debate.id, number=1))).one()
        author = await make_user(db)
        claims = [f"The {word} of two on a passage of {slug}." for word in ("first", "second")]
        for claim, strength in zip(claims, (0.2, 0.9), strict=True):
            argument = await make_argument(db, debate, author, position=side, claim=claim, strength=strength)
            await cite(db, argument, passage)
        await db.commit()
        page = (await client.get(f"/debates/{slug}/passages/{passage.id}")).text
        orders.append(page.index(claims[0]) < page.index(claims[1]))
    assert orders == [False, True]

"""A stance keeps its first value and its latest, and the positions count the latest ones."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.examination import examine
from app.models import Debate, Position, Stance, User
from tests.factories import make_debate, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]


@pytest.fixture
async def browser(db: AsyncSession, browser_of: Browser) -> AsyncClient:
    await make_debate(db)
    member = await make_user(db)
    await db.commit()
    return await browser_of(member)


async def _counts(db: AsyncSession) -> list[int | None]:
    positions = (await db.scalars(select(Position.stance_count).order_by(Position.number))).all()
    undecided = await db.scalar(select(Debate.undecided_count))
    await db.commit()  # The next look has to see what others have written since.
    return [*positions, undecided]


async def test_first_stance_stays_and_the_latest_moves(db: AsyncSession, browser: AsyncClient) -> None:
    seen = []
    for choice in ("1", "1", "2", "undecided"):
        answer = await browser.post("/debates/mill/stance", data={"position": choice})
        assert answer.headers["Location"] == "/debates/mill?done=stance#stance"
        seen.append(await _counts(db))
    assert seen == [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    stance = (await db.scalars(select(Stance))).one()
    first = await db.scalar(select(Position.number).where(Position.id == stance.first_position_id))
    assert (first, stance.latest_position_id) == (1, None)


async def test_own_stance_is_pressed_on_the_front_page(browser: AsyncClient) -> None:
    await browser.post("/debates/mill/stance", data={"position": "2"})
    page = await browser.get("/debates/mill")
    assert '<button name="position" value="2" aria-pressed="true">' in page.text
    assert '<button name="position" value="1" aria-pressed="false">' in page.text


async def test_same_stance_sent_many_times_at_once_counts_once(db: AsyncSession, browser: AsyncClient) -> None:
    sent = [browser.post("/debates/mill/stance", data={"position": "1"}) for _ in range(8)]
    assert {answer.status_code for answer in await asyncio.gather(*sent)} == {303}
    assert await _counts(db) == [1, 0, 0]


@pytest.mark.parametrize("position", ["", "3", "6", "both"])
async def test_unknown_position_is_refused(db: AsyncSession, browser: AsyncClient, position: str) -> None:
    answer = await browser.post("/debates/mill/stance", data={"position": position})
    assert answer.status_code == 422
    assert await _counts(db) == [0, 0, 0]


async def test_visitor_signs_in_first(client: AsyncClient, browser: AsyncClient) -> None:
    answer = await client.post("/debates/mill/stance", data={"position": "1"})
    assert answer.headers["Location"].startswith("/sign-in")


async def test_a_stance_taken_back_counts_nowhere_and_its_first_value_is_kept(
    db: AsyncSession, browser: AsyncClient
) -> None:
    """Who could begin anew could also choose where the swing is measured from."""
    seen = []
    for choice in ("1", "2", "none", "none", "2", "none", "undecided"):
        answer = await browser.post("/debates/mill/stance", data={"position": choice})
        assert answer.status_code == 303
        seen.append(await _counts(db))
        assert not [finding.name async for finding in examine(db) if finding.count]
        await db.commit()
    assert seen == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]
    stance = (await db.scalars(select(Stance))).one()
    first = await db.scalar(select(Position.number).where(Position.id == stance.first_position_id))
    assert (first, stance.latest_position_id, stance.withdrawn_at) == (1, None, None)


async def test_the_way_to_take_it_back_is_there_for_those_who_have_one(
    client: AsyncClient, browser: AsyncClient
) -> None:
    button = 'name="position" value="none">Take your stance back'
    for choice, is_there in ((None, False), ("2", True), ("none", False)):
        if choice:
            answer = await browser.post("/debates/mill/stance", data={"position": choice})
        page = (await browser.get("/debates/mill")).text
        assert (button in page) == is_there
        assert ('aria-pressed="true"' in page) == is_there
    assert answer.headers["Location"] == "/debates/mill?done=stance_withdrawn#stance"
    assert button not in (await client.get("/debates/mill")).text
    own = (await browser.get("/account/votes")).text
    assert "taken back" in own
    kinds = [record["kind"] for record in (await browser.get("/account/votes.json")).json()]
    assert kinds == ["first stance", "latest stance", "stance taken back"]


async def test_taking_back_what_is_not_there_changes_nothing(db: AsyncSession, browser: AsyncClient) -> None:
    answers = await asyncio.gather(*(browser.post("/debates/mill/stance", data={"position": "none"}) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert await _counts(db) == [0, 0, 0]


async def test_who_took_a_stance_back_goes_on_seeing_results(db: AsyncSession, browser: AsyncClient) -> None:
    """They have thought first, as the debate asks."""
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    assert (await browser.get("/debates/mill/standing")).status_code == 403
    for choice in ("1", "none"):
        await browser.post("/debates/mill/stance", data={"position": choice})
    assert (await browser.get("/debates/mill/standing")).status_code == 200


async def test_taken_back_at_once_counts_once(db: AsyncSession, browser: AsyncClient) -> None:
    await browser.post("/debates/mill/stance", data={"position": "1"})
    await asyncio.gather(*(browser.post("/debates/mill/stance", data={"position": "none"}) for _ in range(6)))
    assert await _counts(db) == [0, 0, 0]

"""Whether a reply bears on its point is a vote of its own, with its own counts."""

from collections.abc import Awaitable, Callable

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import CURRENT_VOTE_COUNT, Argument, Bearing, Position, User
from tests.factories import make_argument, make_debate, make_user

Browser = Callable[[User], Awaitable[AsyncClient]]
SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
async def reply(db: AsyncSession) -> Argument:
    debate = await make_debate(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    point = await make_argument(db, debate, await make_user(db), position=position)
    reply = await make_argument(db, debate, await make_user(db), parent=point)
    await db.commit()
    return reply


@pytest.fixture
async def browser(db: AsyncSession, browser_of: Browser, reply: Argument) -> AsyncClient:
    voter = await make_user(db)
    await db.commit()
    return await browser_of(voter)


async def _counts(db: AsyncSession, argument: Argument) -> tuple[int, int, int]:
    columns = (Argument.agree_count, Argument.bears_count, Argument.bears_not_count)
    row = (await db.execute(select(*columns).where(Argument.id == argument.id))).one()
    await db.commit()  # The next look has to see what others have written since.
    return tuple(row)  # type: ignore[return-value]


async def test_judgement_is_set_changed_and_taken_back(db: AsyncSession, browser: AsyncClient, reply: Argument) -> None:
    seen = []
    for bears in ("yes", "yes", "no", "none", "none"):
        answer = await browser.post(f"/debates/mill/arguments/{reply.id}/vote", data={"bears": bears})
        assert answer.status_code == 303
        seen.append(await _counts(db, reply))
    assert seen == [(0, 1, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (0, 0, 0)]
    assert await db.scalar(select(CURRENT_VOTE_COUNT)) == 0
    assert (await db.scalars(select(Bearing))).all() == []


async def test_it_stands_beside_the_vote_on_the_claim(db: AsyncSession, browser: AsyncClient, reply: Argument) -> None:
    url = f"/debates/mill/arguments/{reply.id}"
    await browser.post(f"{url}/vote", data={"value": "agree"})
    answer = await browser.post(f"{url}/vote", data={"bears": "no"}, headers=SCRIPT)
    assert await _counts(db, reply) == (1, 0, 1)
    for text in (answer.text, (await browser.get(url)).text):
        assert '<button name="value" value="none" aria-pressed="true">Agree <b>1</b>' in text
        assert '<button name="bears" value="none" aria-pressed="true">No <b>1</b>' in text
        assert '<button name="bears" value="yes" aria-pressed="false">Yes <b>0</b>' in text
    parent = await browser.get(f"/debates/mill/arguments/{reply.parent_id}")
    assert '<button name="bears" value="none" aria-pressed="true">No <b>1</b>' in parent.text


async def test_a_first_level_argument_answers_nothing(browser: AsyncClient, reply: Argument) -> None:
    answer = await browser.post(f"/debates/mill/arguments/{reply.parent_id}/vote", data={"bears": "yes"})
    assert answer.status_code == 422
    page = await browser.get(f"/debates/mill/arguments/{reply.parent_id}")
    assert page.text.count("Bears on the point?") == 1


@pytest.mark.parametrize("data", [{"bears": "maybe"}, {"bears": "yes", "value": "agree"}, {}])
async def test_other_buttons_are_refused(
    db: AsyncSession, browser: AsyncClient, reply: Argument, data: dict[str, str]
) -> None:
    answer = await browser.post(f"/debates/mill/arguments/{reply.id}/vote", data=data)
    assert answer.status_code == 422
    assert await _counts(db, reply) == (0, 0, 0)

"""Arguments can be read in five orders, each of which says what it is; orders that tell results are kept from some."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.replies import REPLIES_SHOWN
from app.arguments.sorting import MIXES, ORDERS, Sort, mix_for
from app.models import Argument, Debate, Position, Relation, User
from tests.factories import make_argument, make_debate, make_user
from tests.statements import counted_statements

# Of each reply: agreements, disagreements, strength, and whether its step is reached by no answer that stands.
REPLIES = [(9, 0, 0.9, False), (5, 4, 0.5, True), (3, 3, 0.4, True), (1, 7, 0.1, True)]
EXPECTED = {
    Sort.STRONGEST: [0, 1, 2, 3],
    Sort.CONTESTED: [1, 2, 3, 0],
    Sort.UNANSWERED: [1, 2, 3, 0],
    Sort.NEWEST: [3, 2, 1, 0],
    Sort.OLDEST: [0, 1, 2, 3],
}


@pytest.fixture
async def point(db: AsyncSession) -> Argument:
    debate = await make_debate(db)
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    point = await make_argument(db, debate, await make_user(db), position=position)
    await db.commit()
    return point


async def _reply(db: AsyncSession, point: Argument, **values: object) -> int:
    debate = await db.get_one(Debate, point.debate_id)
    reply = await make_argument(db, debate, await make_user(db), parent=point, relation=Relation.REBUT)
    if values:
        await db.execute(update(Argument).where(Argument.id == reply.id).values(**values))
    return reply.id


async def _rebuttals(client: AsyncClient, point: Argument, **asked: str) -> tuple[list[int], str]:
    """In the order of the page, and the page."""
    page = (await client.get(f"/debates/mill/arguments/{point.id}", params=asked)).text
    column = page.partition('id="replies-rebut"')[2].partition("</section>")[0]
    return [int(id) for id in re.findall(r'<article class="card" id="argument-(\d+)"', column)], page


@pytest.mark.parametrize("sort", list(Sort))
async def test_each_order_is_what_it_says(db: AsyncSession, client: AsyncClient, point: Argument, sort: Sort) -> None:
    ids = [
        await _reply(
            db, point, agree_count=agree, disagree_count=disagree, strength=strength, reaches=reaches,
            is_strength_due=False,
        )
        for agree, disagree, strength, reaches in REPLIES
    ]  # fmt: skip
    await db.commit()
    found, page = await _rebuttals(client, point, sort=sort)
    assert found == [ids[place] for place in EXPECTED[sort]]
    assert ORDERS[sort].explained in page
    assert re.search(rf'aria-current="true">{ORDERS[sort].name}<', page)


async def test_without_a_choice_the_strongest_come_first_and_nonsense_is_refused(
    db: AsyncSession, client: AsyncClient, point: Argument
) -> None:
    weak, strong = [await _reply(db, point, strength=strength) for strength in (0.2, 0.8)]
    await db.commit()
    assert (await _rebuttals(client, point))[0] == [strong, weak]
    assert (await client.get(f"/debates/mill/arguments/{point.id}?sort=loudest")).status_code == 422


@pytest.mark.parametrize("sort", list(Sort))
async def test_more_follows_in_the_same_order_without_gap(
    db: AsyncSession, client: AsyncClient, point: Argument, sort: Sort
) -> None:
    ids = {
        await _reply(db, point, strength=number % 7 / 10, agree_count=number % 3, disagree_count=number % 5)
        for number in range(REPLIES_SHOWN + 5)
    }
    await db.commit()
    first, page = await _rebuttals(client, point, sort=sort)
    more = re.search(r'href="[^"]*\?(relation=rebut[^"]*)#replies">More', page)
    assert more is not None
    asked = dict(part.split("=") for part in more[1].replace("&amp;", "&").split("&"))
    assert asked["sort"] == sort
    rest, _ = await _rebuttals(client, point, **asked)
    assert len(first) == REPLIES_SHOWN
    assert set(first) | set(rest) == ids
    assert not set(first) & set(rest)


async def test_orders_that_tell_results_are_kept_from_people_without_a_stance(
    db: AsyncSession, client: AsyncClient, point: Argument
) -> None:
    weak, strong = [await _reply(db, point, strength=strength) for strength in (0.2, 0.8)]
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    for sort in Sort:
        found, page = await _rebuttals(client, point, sort=sort)
        assert found == ([strong, weak] if sort is Sort.NEWEST else [weak, strong])
        assert "Most contested" not in page


async def test_equal_replies_come_in_another_order_to_another_reader_and_in_the_same_to_the_same(
    db: AsyncSession,
    client: AsyncClient,
    browser_of: Callable[[User], Awaitable[AsyncClient]],
    point: Argument,
) -> None:
    ids = [await _reply(db, point) for _ in range(12)]
    readers = [await make_user(db) for _ in range(6)]
    await db.commit()
    orders = []
    for reader in readers:
        browser = await browser_of(reader)
        first, again = [(await _rebuttals(browser, point))[0] for _ in range(2)]
        assert first == again
        assert sorted(first) == ids
        orders.append(tuple(first))
    assert len(set(orders)) > 1
    assert (await _rebuttals(client, point, sort="newest"))[0] == ids[::-1]


async def test_a_mix_that_is_begun_is_gone_on_with(db: AsyncSession, client: AsyncClient, point: Argument) -> None:
    ids = {await _reply(db, point) for _ in range(REPLIES_SHOWN + 5)}
    await db.commit()
    first, page = await _rebuttals(client, point)
    more = re.search(r'href="[^"]*\?(relation=rebut[^"]*)#replies">More', page)
    assert more is not None
    asked = dict(part.split("=") for part in more[1].replace("&amp;", "&").split("&"))
    rest, _ = await _rebuttals(client, point, **asked)
    assert set(first) | set(rest) == ids
    other, _ = await _rebuttals(client, point, **asked | {"mix": str(int(asked["mix"]) + 1)})
    assert set(other) != set(rest), "Another mix goes on elsewhere."


def test_there_are_few_mixes_and_each_day_has_its_own() -> None:
    day = date(2026, 11, 28)
    mixes = {mix_for(Sort.STRONGEST, f"reader {number}", day) for number in range(500)}
    assert len(mixes) == MIXES
    tomorrow = {mix_for(Sort.STRONGEST, f"reader {number}", day + timedelta(days=1)) for number in range(500)}
    assert not mixes & tomorrow
    assert mix_for(Sort.NEWEST, "reader", day) == 0


async def test_a_page_is_made_at_most_once_for_each_mix(
    db: AsyncSession, client: AsyncClient, app: FastAPI, point: Argument, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _reply(db, point)
    await db.commit()
    readers = iter(f"network {number}" for number in range(100))
    monkeypatch.setattr("app.debates.routes._reader", lambda *_: next(readers))
    with counted_statements(app) as statements:
        await _rebuttals(client, point)
        one = len(statements)
        for _ in range(99):
            await _rebuttals(client, point)
    assert one <= len(statements) <= MIXES * one


async def _first_level(db: AsyncSession, debate: Debate, count: int) -> list[int]:
    position = (await db.scalars(select(Position).where(Position.number == 1))).one()
    ids = [(await make_argument(db, debate, None, position=position)).id for _ in range(count)]
    await db.commit()
    return ids


def _fronted(page: str) -> list[int]:
    """The arguments on a front page, in the order of their cards."""
    return list(map(int, re.findall(r'<article[^>]* id="argument-(\d+)"', page)))


async def test_equal_arguments_on_the_front_page_are_other_ones_for_another_reader(
    db: AsyncSession, browser_of: Callable[[User], Awaitable[AsyncClient]], point: Argument
) -> None:
    debate = await db.get_one(Debate, point.debate_id)
    await _first_level(db, debate, 12)
    readers = [await make_user(db) for _ in range(6)]
    await db.commit()
    orders = []
    for reader in readers:
        browser = await browser_of(reader)
        first, again = [_fronted((await browser.get("/debates/mill")).text) for _ in range(2)]
        assert first == again
        orders.append(tuple(first))
    assert len(set(orders)) > 1


async def test_the_strongest_is_on_every_front_page_and_without_results_the_oldest(
    db: AsyncSession, client: AsyncClient, point: Argument
) -> None:
    debate = await db.get_one(Debate, point.debate_id)
    ids = await _first_level(db, debate, 12)
    await db.execute(update(Argument).where(Argument.id == ids[7]).values(strength=0.9))
    await db.commit()
    page = (await client.get("/debates/mill")).text
    assert _fronted(page)[0] == ids[7]
    assert "Chance orders arguments that are equally strong" in page
    await db.execute(update(Debate).values(hides_results=True))
    await db.commit()
    page = (await client.get("/debates/mill")).text
    assert _fronted(page) == sorted([point.id, *ids])[: len(_fronted(page))]
    assert "Chance orders" not in page


async def test_further_replies_say_how_far_along_they_are(
    db: AsyncSession, client: AsyncClient, point: Argument
) -> None:
    for _ in range(2 * REPLIES_SHOWN + 5):
        await _reply(db, point)
    await db.execute(update(Argument).where(Argument.id == point.id).values(rebut_count=2 * REPLIES_SHOWN + 5))
    await db.commit()
    url, said = f"/debates/mill/arguments/{point.id}", []
    page = (await client.get(url)).text
    while found := re.search(r'href="([^"]*)#replies">More', page):
        more = found[1].replace("&amp;", "&")
        page = (await client.get(more)).text
        said.append(page.partition('class="hint sorts">')[2].partition(" <a")[0])
    assert said == ["Strongest first: 51–100 of 105.", "Strongest first: 101–105 of 105."]
    assert "Strongest first. <a" in (await client.get(more.replace("&page=3", ""))).text

"""Why an argument has its strength: the steps from kept figures are those that the whole thread gives."""

import re
from random import Random

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.debates.strength_page import REPLIES_FURTHER, REPLIES_SHOWN, load_strength_page
from app.models import Argument, Debate, Position, Relation
from app.standing.settling import load_kept, settle_due
from app.standing.strength import Received, left_by
from app.standing.strength_explained import ReplyShare
from app.standing.strength_tree import Node, StrengthTree
from app.targets import DebateHead
from tests.factories import make_argument, make_debate, make_user
from tests.statements import counted_statements


async def _grow(db: AsyncSession, debate: Debate, seed: int, size: int = 60) -> None:
    """A tree by chance, of few authors, so that they reply to one argument again and again."""
    random = Random(seed)
    position = (await db.scalars(select(Position).limit(1))).one()
    authors = [None, await make_user(db), await make_user(db)]
    arguments: list[Argument] = []
    for _ in range(size):
        counts = {name: random.randrange(5) for name in ("agree_count", "disagree_count", "pass_count")}
        if not arguments:
            place = {"position": position}
        else:
            parent = random.choice([*arguments[-8:], *arguments[:3]])
            place = {"parent": parent, "relation": random.choice(list(Relation))}
        arguments.append(await make_argument(db, debate, random.choice(authors), **place, **counts))
    for hidden in random.sample(arguments[1:], size // 8):
        await db.execute(text("UPDATE arguments SET withdrawn_at = now() WHERE id = :id"), {"id": hidden.id})


def _assert_same(shown: list[ReplyShare], node: Node, relation: Relation) -> None:
    """Each reply that is shown is as in the tree."""
    replies = {each.argument.id: each for each in node.replies if each.argument.relation is relation}
    assert len(shown) == min(len(replies), REPLIES_SHOWN)
    for share in shown:
        reply = replies[share.id]
        strongest = min(reply.rivals, key=lambda rival: (-rival.passed_on, rival.argument.id))
        assert share.outdone_by == (None if strongest is reply else strongest.argument.id)
        assert (share.strength, share.passed_on, share.weight) == (reply.strength, reply.passed_on, reply.weight)
        assert share.left == left_by(reply.shares[2].values())


@pytest.mark.parametrize("seed", range(4))
async def test_each_step_is_what_the_whole_thread_gives(db: AsyncSession, engine: AsyncEngine, seed: int) -> None:
    debate = await make_debate(db)
    await _grow(db, debate, seed)
    await db.commit()
    await settle_due(engine)
    tree = StrengthTree(row.argument for row in await load_kept(db, debate.id))
    head = DebateHead(debate.id, debate.slug, debate.title, debate.motion, debate.state, 1)
    for node in tree:
        page = await load_strength_page(db, head, node.argument.id)
        why = page.explained
        for relation, _, _, replies in page.kinds():
            _assert_same(replies.shares, node, relation)
        assert why.received == Received.of(*(each.values() for each in node.shares))
        assert (why.base, why.weight, why.strength) == (node.base, node.weight, node.strength)
        assert why.passed_on == node.passed_on


async def _answer(db: AsyncSession, debate: Debate, count: int) -> Argument:
    position = (await db.scalars(select(Position).limit(1))).one()
    point = await make_argument(db, debate, None, position=position)
    random = Random(count)
    for _ in range(count):
        await make_argument(
            db, debate, None, parent=point, strength=random.randrange(20) / 20,
            is_strength_due=False,
        )  # fmt: skip
    await db.commit()
    return point


async def test_the_replies_that_are_weaker_follow_page_by_page(client: AsyncClient, db: AsyncSession) -> None:
    count = REPLIES_SHOWN + REPLIES_FURTHER + 7
    point = await _answer(db, await make_debate(db), count)
    address: str | None = f"/debates/mill/arguments/{point.id}/strength"
    found: list[int] = []
    pages = 0
    while address:
        page = (await client.get(address)).text
        found += [int(id) for id in re.findall(r'<th scope="row"><a href="/debates/mill/arguments/(\d+)"', page)]
        more = re.search(r'aria-label="More rebuttals"><a class="button" href="([^"]+)"', page)
        address, pages = more[1].replace("&amp;", "&") if more else None, pages + 1
    rows = await db.execute(select(Argument.id, Argument.strength).where(Argument.parent_id == point.id))
    assert found == [id for id, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]
    assert pages == 3


async def test_an_address_behind_the_last_reply_says_so(client: AsyncClient, db: AsyncSession) -> None:
    point = await _answer(db, await make_debate(db), 1)
    page = await client.get(f"/debates/mill/arguments/{point.id}/strength?relation=support&after=999999")
    assert page.status_code == 200
    assert "There are no more of these." in page.text


async def test_a_page_costs_as_many_statements_with_many_replies(
    app: FastAPI, client: AsyncClient, db: AsyncSession
) -> None:
    debate = await make_debate(db)
    counts = []
    for size in (5, 120):
        point = await _answer(db, debate, size)
        with counted_statements(app) as statements:
            assert (await client.get(f"/debates/mill/arguments/{point.id}/strength")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]

"""The tree that a map is drawn from is the one that stands in the database now, whatever was read before."""

from collections.abc import Mapping
from random import Random

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.debates.map_rows import NEAREST, load_tree
from app.models import Argument, Debate, Position, Relation
from tests.factories import make_argument, make_debate, make_user

REBUT = Relation.REBUT


async def _grow(db: AsyncSession) -> tuple[Debate, list[Argument]]:
    """A root, two replies to it, and one to the first of them."""
    debate, author = await make_debate(db), await make_user(db)
    position = await db.scalar(select(Position).where(Position.debate_id == debate.id).limit(1))
    root = await make_argument(db, debate, author, claim="The root.", position=position)
    first, second = [
        await make_argument(db, debate, author, claim=f"Reply {n}.", parent=root, relation=REBUT) for n in (1, 2)
    ]
    last = await make_argument(db, debate, author, claim="Last.", parent=first, relation=REBUT)
    return debate, [root, first, second, last]


async def test_the_tree_has_everybody_with_what_stands_below(db: AsyncSession) -> None:
    debate, (root, first, second, last) = await _grow(db)
    tree, roots, parents, positions, above, left_out = await load_tree(db, debate.id, by_score=True)
    assert (roots, positions, above, left_out) == ([root.id], {root.id: root.position_id}, (), 0)
    assert parents == {root.id: 0, first.id: root.id, second.id: root.id, last.id: first.id}
    assert tree.replies[root.id] == [first.id, second.id]
    assert [tree.size[each.id] for each in (root, first, second, last)] == [4, 2, 1, 1]


async def test_equal_threads_change_places_when_their_strengths_do(db: AsyncSession) -> None:
    debate, (root, first, second, last) = await _grow(db)
    await db.execute(
        text("UPDATE arguments SET parent_id = :root WHERE id = :last"), {"root": root.id, "last": last.id}
    )
    for strongest in (first, second, last, first):
        values = {"id": strongest.id}
        await db.execute(text("UPDATE arguments SET strength = CASE WHEN id = :id THEN 0.9 ELSE 0.1 END"), values)
        tree, *_ = await load_tree(db, debate.id, by_score=True)
        assert tree.replies[root.id][0] == strongest.id
        unscored, *_ = await load_tree(db, debate.id, by_score=False)
        assert unscored.replies[root.id] == [first.id, second.id, last.id]


async def test_what_moves_is_drawn_where_it_is_now(db: AsyncSession) -> None:
    debate, (root, first, second, last) = await _grow(db)
    await load_tree(db, debate.id, by_score=True)
    await db.execute(text("UPDATE arguments SET parent_id = :to WHERE id = :id"), {"to": second.id, "id": last.id})
    tree, *_ = await load_tree(db, debate.id, by_score=True)
    assert tree.replies[root.id] == [second.id, first.id]
    assert tree.replies[second.id] == [last.id]


async def test_far_down_the_part_below_is_the_same_as_in_the_whole_tree(db: AsyncSession) -> None:
    """In a tree that is deep and has branches everywhere, for each argument in it."""
    debate, (*_, last) = await _grow(db)
    random, standing = Random(4), [last]
    for number in range(60):
        parent = random.choice(standing[-4:])
        standing.append(await make_argument(db, debate, None, claim=f"Below {number}.", parent=parent, relation=REBUT))
    await db.execute(text("UPDATE arguments SET strength = (id * 37 % 11) / 11.0"))
    whole = await load_tree(db, debate.id, by_score=True)
    deep = [each for each in standing if each.depth > NEAREST + 1]
    assert len(deep) > 20
    for each in standing:
        part = await load_tree(db, debate.id, each.id, by_score=True)
        below = {each.id}
        for id, parent_id in whole.parents.items():  # In an order with parents first, as they are older.
            below |= {id} if parent_id in below else set()
        assert {id: part.tree.size[id] for id in below} == {id: whole.tree.size[id] for id in below}
        assert [part.tree.replies.get(id) for id in below] == [whole.tree.replies.get(id) for id in below]
        if each in deep:
            assert (part.roots, len(part.above), part.left_out) == ([each.id], NEAREST + 1, each.depth - NEAREST - 1)
            assert list(part.above) == [whole.roots[0], *_ancestors(whole.parents, each.id)[-NEAREST:]]


def _ancestors(parents: Mapping[int, int], id: int) -> list[int]:
    above = [parents[id]] if parents[id] else []
    return _ancestors(parents, parents[id]) + above if above else []


async def test_a_debate_without_arguments_has_an_empty_tree(db: AsyncSession) -> None:
    tree, roots, parents, positions, *_ = await load_tree(db, (await make_debate(db)).id, by_score=True)
    assert (roots, parents, positions, dict(tree.size)) == ([], {}, {}, {})

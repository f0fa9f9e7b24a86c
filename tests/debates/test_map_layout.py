"""The map's layout: boxes that hold each other, and every argument in exactly one of them, whatever the tree."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.debates.map_layout import (
    NARROW,
    ROW,
    WIDE,
    Box,
    Cell,
    Frame,
    Layout,
    More,
    Tree,
    drawn_count,
    grow,
    lay_out,
    shape_of,
    share_out,
)

Rows = list[tuple[int, int | None, float]]
FRAMES = st.sampled_from([WIDE, NARROW])
SIZES = st.lists(st.integers(1, 400), min_size=1, max_size=90).map(lambda sizes: sorted(sizes, reverse=True))


@st.composite
def trees(draw: st.DrawFn) -> Rows:
    """Of up to 150 arguments, from bushy to a chain, with several on the first level or one."""
    count, reach = draw(st.integers(1, 150)), draw(st.sampled_from([1, 4, 150]))
    parents = [draw(st.integers(max(0, id - reach), id - 1)) for id in range(1, count + 1)]
    strengths = draw(st.lists(st.sampled_from([0.2, 0.5, 0.9]), min_size=count, max_size=count))
    return [(id, parents[id - 1] or None, strengths[id - 1]) for id in range(1, count + 1)]


def plant(rows: Rows) -> tuple[Tree, list[int]]:
    shape = shape_of({id: parent or 0 for id, parent, _ in rows})
    return grow(shape, {id: strength for id, _, strength in rows})


def _bands(roots: list[int]) -> list[list[int]]:
    return [roots[::2], roots[1::2]]


def _laid(rows: Rows, frame: Frame) -> tuple[Tree, list[list[int]], Layout]:
    tree, roots = plant(rows)
    return tree, _bands(roots), lay_out(tree, _bands(roots), frame)


def _everything_below(tree: Tree, ids: list[int]) -> set[int]:
    found, waiting = set(ids), list(ids)
    while waiting:
        replies = tree.replies.get(waiting.pop(), [])
        found.update(replies)
        waiting += replies
    return found


def _counted_in(tree: Tree, siblings: list[int], more: More) -> set[int]:
    if more.at is not None:
        return _everything_below(tree, tree.replies[more.at])
    assert more.after is not None
    return _everything_below(tree, siblings[siblings.index(more.after) + 1 :])


@given(trees(), FRAMES)
def test_every_argument_is_drawn_or_counted_in_exactly_one_cell(rows: Rows, frame: Frame) -> None:
    tree, bands, layout = _laid(rows, frame)
    parent_of = {id: parent for id, parent, _ in rows}
    seen: list[int] = []
    for band, ids in zip(layout.bands, bands, strict=True):
        for part in band.parts:
            if isinstance(part, Cell):
                seen.append(part.id)
            else:
                parent = parent_of[part.after] if part.after else None
                counted = _counted_in(tree, tree.replies[parent] if parent else ids, part)
                assert len(counted) == part.count
                seen += counted
    assert sorted(seen) == [id for id, _, _ in rows]


@given(trees(), FRAMES)
def test_cells_do_not_overlap(rows: Rows, frame: Frame) -> None:
    boxes = [part.box for band in _laid(rows, frame)[2].bands for part in band.parts]
    for column in {box.x for box in boxes}:
        stacked = sorted((box for box in boxes if box.x == column), key=lambda box: box.y)
        assert all(one.y + one.height <= other.y for one, other in pairwise(stacked))


@given(trees(), FRAMES)
def test_what_is_below_fills_the_height_of_what_it_answers(rows: Rows, frame: Frame) -> None:
    parent_of = {id: parent for id, parent, _ in rows}
    for band in _laid(rows, frame)[2].bands:
        boxes = {part.id: part.box for part in band.parts if isinstance(part, Cell)}
        heights: dict[int | None, int] = {}
        for part in band.parts:
            above = parent_of[part.id] if isinstance(part, Cell) else part.at or parent_of[part.after or 0]
            holder = boxes[above] if above else band.strip
            assert _lies_beside(part.box, holder)
            heights[above] = heights.get(above, 0) + part.box.height
        for above, height in heights.items():
            assert height == (boxes[above] if above else band.strip).height


def _lies_beside(box: Box, holder: Box) -> bool:
    return box.x == holder.x + holder.width and holder.y <= box.y and box.y + box.height <= holder.y + holder.height


@given(trees(), FRAMES)
def test_cells_can_be_read_and_pressed_and_stay_within_the_picture(rows: Rows, frame: Frame) -> None:
    layout = _laid(rows, frame)[2]
    assert layout.height <= frame.most
    for band in layout.bands:
        for part in band.parts:
            assert part.box.height >= ROW
            assert part.box.x + part.box.width <= frame.width
            assert part.box.y + part.box.height <= layout.height


@given(trees(), FRAMES)
def test_layout_is_the_same_each_time(rows: Rows, frame: Frame) -> None:
    assert _laid(rows, frame) == _laid(rows, frame)


@given(SIZES, st.integers(1, 60))
def test_drawn_cells_and_the_one_that_counts_have_a_row_each(sizes: list[int], rows: int) -> None:
    count = drawn_count(sizes, rows)
    assert 0 <= count <= len(sizes)
    assert count + (count < len(sizes)) <= rows
    assert len(sizes) - count != 1


@given(SIZES, st.integers(0, 500))
def test_heights_add_up_and_none_is_too_low(sizes: list[int], spare: int) -> None:
    heights = share_out(ROW * len(sizes) + spare, sizes)
    assert sum(heights) == ROW * len(sizes) + spare
    assert min(heights) >= ROW


def test_a_large_thread_keeps_its_share_beside_many_small_ones() -> None:
    sizes = [150] + [1] * 800
    count = drawn_count(sizes, 50)
    heights = share_out((50 - 1) * ROW, sizes[:count])
    assert heights[0] > 5 * ROW
    assert count > 30


def test_the_largest_come_first_then_the_strongest_then_the_oldest() -> None:
    tree, roots = plant([(1, None, 0.5), (2, None, 0.5), (3, None, 0.9), (4, None, 0.1), (5, 4, 0.5)])
    assert roots == [4, 3, 1, 2]
    assert tree.size[4] == 2


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_five_thousand_replies_to_one_argument_are_bounded(frame: Frame) -> None:
    tree, roots = plant([(1, None, 0.5)] + [(id, 1, 0.5) for id in range(2, 5_002)])
    parts = lay_out(tree, [tree.replies[roots[0]]], frame).bands[0].parts
    assert len(parts) <= frame.most // ROW
    last = parts[-1]
    assert isinstance(last, More)
    assert last.count == 5_000 - (len(parts) - 1)


def test_a_chain_of_ten_thousand_is_bounded() -> None:
    tree, roots = plant([(id, id - 1 or None, 0.5) for id in range(1, 10_001)])
    parts = lay_out(tree, [roots], WIDE).bands[0].parts
    assert [part.id for part in parts if isinstance(part, Cell)] == [1, 2, 3, 4]
    assert parts[-1] == More(parts[-1].box, 4, 9_996, at=4)


def test_a_shallow_tree_has_wide_cells() -> None:
    tree, roots = plant([(1, None, 0.5), (2, 1, 0.5)])
    boxes = [part.box for part in lay_out(tree, [roots], WIDE).bands[0].parts]
    assert [box.width for box in boxes] == [582, 582]


def test_positions_have_equal_height() -> None:
    tree, roots = plant([(id, None, 0.5) for id in range(1, 12)])
    layout = lay_out(tree, [roots[:10], roots[10:], []], WIDE)
    assert len({band.strip.height for band in layout.bands}) == 1

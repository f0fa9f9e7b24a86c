"""Where the cells of a debate's map lie: an icicle, with a column for each level, and heights by how much stands there.

Pure: from a tree of ids to boxes. All lengths are whole units of the picture, which a page scales. However large the
tree is, the number of boxes is bounded: what has no room is counted in a cell “n more”, each argument in exactly one.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import NamedTuple

ROW = 34  # The least height of a cell: a line of words, and 24 px to press where the picture is drawn smallest.
LEAST_HEIGHT = 5 * ROW  # Of a band, so that its name has room.
ROOM_FOR_SMALL = 4  # A quarter of the height at least goes to small threads, beside however large ones.


@dataclass(frozen=True, slots=True)
class Frame:
    """Widths of the whole, of the strip at the left, and of the column at the right that counts what is deeper; how
    many levels stand between, at most; the height of a cell without replies where there is room; the greatest height.
    """

    name: str
    width: int
    strip: int
    beyond: int
    levels: int
    leaf: int
    most: int

    @property
    def level_width(self) -> int:
        return (self.width - self.strip - self.beyond) // self.levels


WIDE = Frame(name="wide", width=1200, strip=36, beyond=84, levels=4, leaf=54, most=1600)
NARROW = Frame(name="narrow", width=358, strip=34, beyond=46, levels=2, leaf=62, most=2000)


class Siblings(Mapping[int, list[int]]):
    """The replies to each id, those with the most below them first, then the strongest, then the oldest.

    Put in order when they are asked for: of a large tree a picture shows few.
    """

    def __init__(self, ids: dict[int, list[int]], size: Mapping[int, int], strength: Mapping[int, float]) -> None:
        self.unordered = ids
        self._size = size
        self._strength = strength
        self._ordered: dict[int, list[int]] = {}

    def __getitem__(self, parent: int) -> list[int]:
        if (ordered := self._ordered.get(parent)) is None:
            ordered = sorted(self.unordered[parent])
            for number in (self._strength, self._size):  # Equal ones keep their order.
                ordered.sort(key=number.__getitem__, reverse=True)
            self._ordered[parent] = ordered
        return ordered

    def __iter__(self) -> Iterator[int]:
        return iter(self.unordered)

    def __len__(self) -> int:
        return len(self.unordered)


class Shape(NamedTuple):
    """Who answers whom (0: nobody), and how many stand in and below each."""

    parents: Mapping[int, int]
    replies: dict[int, list[int]]
    size: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Tree:
    """`replies` of each id in order; `size`: how many stand in and below it."""

    replies: Siblings
    size: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cell:
    """An argument that is drawn, at this level of its band; `below` counts what stands under it."""

    box: Box
    level: int
    id: int
    below: int


@dataclass(frozen=True, slots=True)
class More:
    """Arguments drawn together: those below `at`, or those that follow `after` beside it. One of the two is given."""

    box: Box
    level: int
    count: int
    at: int | None = None
    after: int | None = None


Part = Cell | More


@dataclass(frozen=True, slots=True)
class Band:
    """What hangs on one strip: a position's arguments, or replies to one argument. `parts` in the order of reading."""

    strip: Box
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    frame: Frame
    height: int
    bands: tuple[Band, ...]

    def drawn_ids(self) -> Iterator[int]:
        return (part.id for band in self.bands for part in band.parts if isinstance(part, Cell))


def shape_of(parents: Mapping[int, int]) -> Shape:
    """From the parent of each id."""
    replies: dict[int, list[int]] = {}
    for id, parent in parents.items():
        replies.setdefault(parent, []).append(id)
    order = list(replies.get(0, ()))
    for id in order:  # It grows while one walks along: parents before their replies.
        order += replies.get(id, ())
    size = dict.fromkeys(parents, 1)
    for id in reversed(order):
        if parents[id]:
            size[parents[id]] += size[id]
    return Shape(parents, replies, size)


def grow(shape: Shape, strengths: Mapping[int, float]) -> tuple[Tree, list[int]]:
    """The tree and its roots; the same shape and strengths always give the same picture."""
    replies = Siblings(shape.replies, shape.size, strengths)
    return Tree(replies, shape.size), replies.get(0, [])


def lay_out(tree: Tree, bands: Sequence[Sequence[int]], frame: Frame) -> Layout:
    """Bands of equal height, one below the other, each with these siblings on its first level.

    At most `frame.most / ROW` cells stand above each other, so that at most (levels + 1) times as many are drawn.
    """
    frame = _fitted(tree, bands, frame)
    most = frame.most // max(1, len(bands))
    leaves = max((_leaves(tree, ids, frame.levels, most // frame.leaf + 1) for ids in bands), default=0)
    height = min(max(leaves * frame.leaf, LEAST_HEIGHT), max(most, LEAST_HEIGHT))
    drawn = tuple(_band(tree, ids, frame, place * height, height) for place, ids in enumerate(bands))
    return Layout(frame, height * len(bands), drawn)


def _fitted(tree: Tree, bands: Sequence[Sequence[int]], frame: Frame) -> Frame:
    """With no more levels than there are, so that a shallow tree has wide cells."""
    depth = max((_depth(tree, ids, frame.levels + 1) for ids in bands), default=0)
    if depth > frame.levels:
        return frame
    return replace(frame, levels=max(1, depth), beyond=0)


def _depth(tree: Tree, ids: Sequence[int], most: int) -> int:
    """How many levels there are, counted no further than `most`."""
    depth = 0
    while ids and depth < most:
        depth, ids = depth + 1, _next_level(tree, ids)
    return depth


def _leaves(tree: Tree, ids: Sequence[int], levels: int, enough: int) -> int:
    """How many cells have nothing at their right, were all of these levels drawn; counted no further than `enough`."""
    leaves = 0
    for _ in range(levels - 1):
        leaves += len(ids) - sum(map(tree.replies.unordered.__contains__, ids))
        if leaves >= enough:
            return leaves
        ids = _next_level(tree, ids)
    return leaves + len(ids)


def _next_level(tree: Tree, ids: Sequence[int]) -> list[int]:
    replies = tree.replies.unordered
    return list(chain.from_iterable(map(replies.__getitem__, filter(replies.__contains__, ids))))


def _band(tree: Tree, ids: Sequence[int], frame: Frame, y: int, height: int) -> Band:
    strip = Box(0, y, frame.strip, height)
    return Band(strip, tuple(_siblings(tree, ids, frame, 0, None, y, height)))


def _siblings(
    tree: Tree, ids: Sequence[int], frame: Frame, level: int, parent: int | None, y: int, height: int
) -> Iterator[Part]:
    """Each with what stands below it, then those for which no room was left. As deep as the frame's levels."""
    x, width = frame.strip + level * frame.level_width, frame.level_width
    sizes = list(map(tree.size.__getitem__, ids))
    count = drawn_count(sizes, height // ROW)
    rest = ROW if 0 < count < len(ids) else 0
    for id, part in zip(ids, share_out(height - rest, sizes[:count]), strict=False):
        yield Cell(Box(x, y, width, part), level, id, tree.size[id] - 1)
        yield from _below(tree, id, frame, level + 1, y, part)
        y += part
    if count < len(ids):
        box = Box(x, y, width, rest or height)
        after = ids[count - 1] if count else None
        yield More(box, level, sum(sizes[count:]), at=None if count else parent, after=after)


def _below(tree: Tree, id: int, frame: Frame, level: int, y: int, height: int) -> Iterator[Part]:
    replies = tree.replies.get(id)
    if not replies:
        return
    if level < frame.levels:
        yield from _siblings(tree, replies, frame, level, id, y, height)
    else:
        x = frame.strip + level * frame.level_width
        yield More(Box(x, y, frame.beyond, height), level, tree.size[id] - 1, at=id)


def drawn_count(sizes: Sequence[int], rows: int) -> int:
    """How many of these siblings, the largest first, get a cell of their own where so many rows have room.

    Large ones first, which are due a row by their share; small ones in what is left, at least a quarter. Either all
    siblings are drawn, or at least two are left for the cell that counts them, which takes a row too.
    """
    total = sum(sizes)
    large = bisect_right(sizes, -total, key=lambda size: -size * rows)
    if large == len(sizes) <= rows:
        return large
    large = min(large, rows - 1)
    free = rows - sum(sizes[:large]) * rows // max(1, total)
    small = min(max(free, rows // ROOM_FOR_SMALL, 1), rows - large)
    return len(sizes) if len(sizes) - large <= small else large + small - 1


def share_out(height: int, sizes: Sequence[int]) -> list[int]:
    """Heights in proportion to the sizes (the largest first) that add up to `height`, none of them under ROW.

    `height` has to be enough for that.
    """
    kept, rest, total = len(sizes), height, sum(sizes)
    while kept > 1 and sizes[kept - 1] * rest < ROW * total:
        kept, rest, total = kept - 1, rest - ROW, total - sizes[kept - 1]
    ends = [rest * part // total for part in accumulate(sizes[:kept])]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)] + [ROW] * (len(sizes) - kept)

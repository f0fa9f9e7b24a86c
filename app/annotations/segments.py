"""Passages over a block: cutting its text into disjoint segments, each of which knows what covers it."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from app.essays.blocks import Block, Format
from app.essays.canonical import BLOCK_SEPARATOR

UNNUMBERED = 0  # In place of a number: the note was hidden or withdrawn, and stands only where these are shown.
SEVERAL_SIDES = 0  # In place of a position's number: arguments of more than one, or of none in particular.


class MarkedPassage(NamedTuple):
    """A passage as a page shows it: its number among the essay's notes, if it has one there, and the side that
    cites it: SEVERAL_SIDES, or none where only notes stand. `href` is where its note is found, if that is another page.
    """

    id: int
    start: int
    end: int
    number: int | None
    side: int | None = None
    href: str | None = None
    takes_focus: bool = False  # The page is about it: who opens the page is led there.


class Segment(NamedTuple):
    """A piece of a block that the same passages and formats cover throughout, the outer format first.

    `beginning` and `ending` are those passages of which it is the first and the last segment.
    """

    start: int
    end: int
    passages: tuple[MarkedPassage, ...] = ()
    formats: tuple[Format, ...] = ()
    beginning: tuple[MarkedPassage, ...] = ()
    ending: tuple[MarkedPassage, ...] = ()


def passages_by_block(blocks: Sequence[Block], passages: Iterable[MarkedPassage]) -> dict[int, list[MarkedPassage]]:
    """For the number of each block, the passages that touch it; a passage can span several."""
    touching: dict[int, list[MarkedPassage]] = {block.number: [] for block in blocks}
    ends = [block.end for block in blocks]
    for passage in passages:
        place = bisect_right(ends, passage.start)
        while place < len(blocks) and blocks[place].start < passage.end:
            touching[blocks[place].number].append(passage)
            place += 1
    return touching


def segment_block(block: Block, passages: Iterable[MarkedPassage]) -> list[Segment]:
    """The block's range in disjoint pieces, in order, cut at every start and end of a passage or format."""
    marked = [passage for passage in passages if max(passage.start, block.start) < min(passage.end, block.end)]
    marked.sort(key=lambda passage: (passage.start, -passage.end, passage.id))
    passage_ranges = [(max(passage.start, block.start), min(passage.end, block.end)) for passage in marked]
    format_ranges = [(inline.start, inline.end) for inline in block.formats]
    cuts = sorted({block.start, block.end, *chain.from_iterable(passage_ranges + format_ranges)})
    covers = zip(cuts, cuts[1:], _covers(cuts, passage_ranges), _covers(cuts, format_ranges), strict=False)
    return [
        _segment(block, start, end, [marked[place] for place in inside], [block.formats[place] for place in around])
        for start, end, inside, around in covers
    ]


def _covers(cuts: Sequence[int], ranges: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """For the piece that begins at each cut, the places in `ranges` of those that cover it, in their order."""
    by_start = sorted(range(len(ranges)), key=lambda place: ranges[place][0], reverse=True)
    by_end = sorted(range(len(ranges)), key=lambda place: ranges[place][1], reverse=True)
    covering: list[int] = []
    for cut in cuts:
        while by_start and ranges[by_start[-1]][0] <= cut:
            insort(covering, by_start.pop())
        while by_end and ranges[by_end[-1]][1] <= cut:
            del covering[bisect_left(covering, by_end.pop())]
        yield list(covering)


def _segment(
    block: Block, start: int, end: int, passages: Sequence[MarkedPassage], formats: Sequence[Format]
) -> Segment:
    """A passage may begin or end between two blocks: it then begins with the next, or ends with the one before."""
    if not passages:
        return Segment(start, end, (), tuple(formats))
    gap = len(BLOCK_SEPARATOR)
    first = start - gap if start == block.start else start
    last = end + gap if end == block.end else end
    return Segment(
        start,
        end,
        tuple(passages),
        tuple(formats),
        tuple([passage for passage in passages if first <= passage.start <= start]),
        tuple([passage for passage in passages if end <= passage.end <= last]),
    )

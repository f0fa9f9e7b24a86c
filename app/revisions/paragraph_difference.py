"""What a new wording changes, paragraph by paragraph and within them word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal

from markupsafe import Markup
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from app.arguments.difference import diff_words, render_difference

PAIR_LEAST = 50  # Of 100, RapidFuzz's ratio: less alike, one paragraph left and another one came.
PAIRS_COMPARED = 40_000  # Of changed paragraphs, old times new; beyond that they are paired in their order.
DIFFERENCES_KEPT = 50  # Two wordings never change; comparing long ones takes a second.

ParagraphChange = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class ComparedParagraph:
    """`old` and `new` are the paragraph's numbers where it is there; `count` of a run of unchanged ones."""

    change: ParagraphChange
    old: int | None
    new: int | None
    html: Markup
    count: int = 1


@lru_cache(DIFFERENCES_KEPT)
def compare_paragraphs(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[ComparedParagraph, ...]:
    """In the order of the new wording, what left it before what came in its place."""
    return tuple(_compare(old, new))


def count_changes(paragraphs: Sequence[ComparedParagraph]) -> dict[ParagraphChange, int]:
    counts: dict[ParagraphChange, int] = {"changed": 0, "added": 0, "removed": 0, "same": 0}
    for paragraph in paragraphs:
        counts[paragraph.change] += paragraph.count
    return counts


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[ComparedParagraph]:
    left: list[int] = []
    came: list[int] = []
    for step in Indel.opcodes(old, new):
        if step.tag == "delete":
            left += range(step.src_start, step.src_end)
        elif step.tag == "insert":
            came += range(step.dest_start, step.dest_end)
        else:
            yield from _changed(old, new, left, came)
            left, came = [], []
            first = new[step.dest_start]
            count = step.dest_end - step.dest_start
            yield ComparedParagraph("same", step.src_start + 1, step.dest_start + 1, Markup.escape(first), count)
    yield from _changed(old, new, left, came)


def _changed(
    old: Sequence[str], new: Sequence[str], left: Sequence[int], came: Sequence[int]
) -> Iterator[ComparedParagraph]:
    for before, after in _pair(old, new, left, came):
        if before is None and after is not None:
            yield ComparedParagraph("added", None, after + 1, Markup("<ins>{}</ins>").format(new[after]))
        elif after is None and before is not None:
            yield ComparedParagraph("removed", before + 1, None, Markup("<del>{}</del>").format(old[before]))
        elif before is not None and after is not None:
            html = render_difference(diff_words(old[before], new[after]))
            yield ComparedParagraph("changed", before + 1, after + 1, html)


def _pair(
    old: Sequence[str], new: Sequence[str], left: Sequence[int], came: Sequence[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Which of the paragraphs that came is which of those that left: in order, and all together the most alike."""
    if len(left) * len(came) > PAIRS_COMPARED:
        yield from zip_longest(left, came)
        return
    alike = [[_likeness(old[before], new[after]) for after in came] for before in left]
    best = _best_sums(alike, len(came))
    row = column = 0
    while row < len(left) or column < len(came):
        if row < len(left) and best[row][column] == best[row + 1][column]:
            yield left[row], None
            row += 1
        elif column < len(came) and best[row][column] == best[row][column + 1]:
            yield None, came[column]
            column += 1
        else:
            yield left[row], came[column]
            row, column = row + 1, column + 1


def _likeness(before: str, after: str) -> float:
    likeness = fuzz.ratio(before, after)
    return likeness if likeness >= PAIR_LEAST else 0.0


def _best_sums(alike: Sequence[Sequence[float]], width: int) -> list[list[float]]:
    """By dynamic programming: the most that pairs of the rows and columns from here on can have in sum."""
    best = [[0.0] * (width + 1) for _ in range(len(alike) + 1)]
    for row in reversed(range(len(alike))):
        for column in reversed(range(width)):
            paired = best[row + 1][column + 1] + alike[row][column]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    return best

"""Which paragraph of an old wording is which of a new one, and which of them have moved. Pure.

First those with the same words, in order and then wherever they went; then, between these, the most alike in order;
last the most alike of all that are left.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

PAIR_LEAST = 50  # Of 100, RapidFuzz's ratio: less alike, one paragraph left and another one came.
MOVED_LEAST = 70  # The same for paragraphs that do not stand between the same neighbours.
PAIRS_COMPARED = 40_000  # Of changed paragraphs, old times new; beyond that they are paired in their order.

Pairs = dict[int, int]  # New paragraphs with the old ones that they were; indices from 0.
Gap = tuple[list[int], list[int]]  # What left and what came between two neighbours that stayed.


def pair_paragraphs(old: Sequence[str], new: Sequence[str]) -> Pairs:
    pairs, gaps = _same_in_order(old, new)
    pairs |= _same_anywhere(old, new, *_left_over(gaps, pairs))
    for left, came in gaps:
        pairs |= _alike_in_order(old, new, *_left_over([(left, came)], pairs))
    return pairs | _alike_anywhere(old, new, *_left_over(gaps, pairs))


def find_steady(pairs: Pairs) -> set[int]:
    """The new paragraphs of the longest run of pairs in which the order is the old one: all others have moved."""
    lasts: list[int] = []  # The lowest old index in which a run of each length ends, and the new one there.
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for here, there in sorted(pairs.items()):
        length = bisect_left(lasts, there)
        before[here] = ends[length - 1] if length else None
        lasts[length : length + 1] = [there]
        ends[length : length + 1] = [here]
    steady: set[int] = set()
    step = ends[-1] if ends else None
    while step is not None:
        steady.add(step)
        step = before[step]
    return steady


def _same_in_order(old: Sequence[str], new: Sequence[str]) -> tuple[Pairs, list[Gap]]:
    pairs: Pairs = {}
    gaps: list[Gap] = [([], [])]
    for step in Indel.opcodes(old, new):
        if step.tag == "delete":
            gaps[-1][0].extend(range(step.src_start, step.src_end))
        elif step.tag == "insert":
            gaps[-1][1].extend(range(step.dest_start, step.dest_end))
        else:
            count = step.dest_end - step.dest_start
            pairs |= {step.dest_start + offset: step.src_start + offset for offset in range(count)}
            gaps.append(([], []))
    return pairs, gaps


def _left_over(gaps: Iterable[Gap], pairs: Pairs) -> Gap:
    taken = set(pairs.values())
    left = [index for gap in gaps for index in gap[0] if index not in taken]
    return left, [index for gap in gaps for index in gap[1] if index not in pairs]


def _same_anywhere(old: Sequence[str], new: Sequence[str], left: Sequence[int], came: Sequence[int]) -> Pairs:
    by_text: dict[str, deque[int]] = defaultdict(deque)
    for index in left:
        by_text[old[index]].append(index)
    return {index: by_text[new[index]].popleft() for index in came if by_text.get(new[index])}


def _alike_in_order(old: Sequence[str], new: Sequence[str], left: Sequence[int], came: Sequence[int]) -> Pairs:
    """All together the most alike."""
    if len(left) * len(came) > PAIRS_COMPARED:
        both = zip_longest(left, came)
        return {after: before for before, after in both if before is not None and after is not None}
    alike = [[_likeness(old[before], new[after]) for after in came] for before in left]
    return {came[column]: left[row] for row, column in _best_cells(alike, len(came))}


def _best_cells(alike: Sequence[Sequence[float]], width: int) -> Iterator[tuple[int, int]]:
    best = _best_sums(alike, width)
    row = column = 0
    while row < len(alike) and column < width:
        if best[row][column] == best[row + 1][column]:
            row += 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            yield row, column
            row, column = row + 1, column + 1


def _best_sums(alike: Sequence[Sequence[float]], width: int) -> list[list[float]]:
    """By dynamic programming: the most that pairs of the rows and columns from here on can have in sum."""
    best = [[0.0] * (width + 1) for _ in range(len(alike) + 1)]
    for row in reversed(range(len(alike))):
        for column in reversed(range(width)):
            paired = best[row + 1][column + 1] + alike[row][column]
            best[row][column] = max(best[row + 1][column], best[row][column + 1], paired)
    return best


def _likeness(before: str, after: str, least: float = PAIR_LEAST) -> float:
    return fuzz.ratio(before, after, score_cutoff=least)


def _alike_anywhere(old: Sequence[str], new: Sequence[str], left: Sequence[int], came: Sequence[int]) -> Pairs:
    """The most alike first."""
    if len(left) * len(came) > PAIRS_COMPARED:
        return {}
    scored = [(_likeness(old[before], new[after], MOVED_LEAST), after, before) for before in left for after in came]
    pairs: Pairs = {}
    taken: set[int] = set()
    for likeness, after, before in sorted(scored, key=lambda found: -found[0]):
        if likeness and after not in pairs and before not in taken:
            pairs[after] = before
            taken.add(before)
    return pairs

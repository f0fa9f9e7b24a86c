"""Decisions by month as bars. Pure: numbers in, places in the picture out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 220
TOP, BOTTOM = 28, 28  # Room for the numbers above the bars and the months below.
GAP = 0.3  # Of a month's width.
WIDEST = 64
MOST_LABELS = 12  # More would touch one another; on a phone, where they are larger, half as many.


@dataclass(frozen=True, slots=True)
class Bar:
    month: date
    count: int
    x: float
    y: float
    width: float
    height: float
    is_labelled: bool
    is_labelled_on_phones: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


def draw_bars(counts: Sequence[tuple[date, int]]) -> list[Bar]:
    """One for each month, from the left; a month without decisions has none of height."""
    if not counts:
        return []
    step = min(WIDTH / len(counts), WIDEST / (1 - GAP))
    room = HEIGHT - TOP - BOTTOM
    most = max(count for _, count in counts) or 1
    every = -(-len(counts) // MOST_LABELS)
    return [
        Bar(
            month,
            count,
            round(index * step + step * GAP / 2, 1),
            round(TOP + room - room * count / most, 1),
            round(step * (1 - GAP), 1),
            round(room * count / most, 1),
            is_labelled=(len(counts) - 1 - index) % every == 0,
            is_labelled_on_phones=(len(counts) - 1 - index) % (2 * every) == 0,
        )
        for index, (month, count) in enumerate(counts)
    ]

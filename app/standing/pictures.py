"""Where dots, hulls, bars and ribbons lie: plain values for the templates that draw them. Lengths are in units of the
picture, which the page scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAP_UNIT = 5.5  # Of the picture, for one step of the run's grid.
MAP_WIDTH = 600
MAP_MARGIN = 26
LEAST_MAP_HEIGHT, MOST_MAP_HEIGHT = 260, 460
HULL_SHARE = 0.9  # Of a group's dots that its hull holds, the nearest to its middle: a few far ones would blow it up.
FLOW_WIDTH, FLOW_HEIGHT = 600, 320
FLOW_BAR, FLOW_GAP = 96, 14

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GroupDots:
    """Number 0 is people in no group that is spoken of."""

    number: int
    size: int
    dots: str
    hull: str
    middle: Point

    @property
    def mark(self) -> int:
        return mark_of(self.number)


def mark_of(number: int) -> int:
    """Which of the five kinds of dots and lines a group has; numbers may go on, as they are never used again."""
    return (number - 1) % 5 + 1 if number else 0


@dataclass(frozen=True, slots=True)
class MapPicture:
    width: float
    height: float
    groups: tuple[GroupDots, ...]
    dot_count: int

    def place(self, x: float, y: float) -> Point:
        """Of somebody at these steps of the grid; at most at the edge."""
        return (
            round(min(max(self.width / 2 + MAP_UNIT * x, 8), self.width - 8), 1),
            round(min(max(self.height / 2 - MAP_UNIT * y, 8), self.height - 8), 1),
        )


def draw_map(result: dict[str, Any]) -> MapPicture:
    """`result` of a run."""
    dots = result["map"]["dots"]
    tallest = max((abs(y) for _, y, _ in dots), default=0)
    height = min(max(2 * (MAP_UNIT * tallest + MAP_MARGIN), LEAST_MAP_HEIGHT), MOST_MAP_HEIGHT)
    empty = MapPicture(MAP_WIDTH, height, (), len(dots))
    groups = result["groups"]
    sizes = dict(zip(groups["numbers"], groups["sizes"], strict=True))
    drawn = []
    for number in (0, *groups["shown"]):
        points = [empty.place(x, y) for x, y, group in dots if group == number]
        if points:
            drawn.append(_group(number, sizes.get(number, len(points)), points))
    return MapPicture(empty.width, empty.height, tuple(drawn), len(dots))


def _group(number: int, size: int, points: list[Point]) -> GroupDots:
    middle = _middle(points)
    hull = convex_hull(_nearest(points, middle)) if number else []
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in hull) + "z" if len(hull) > 2 else ""
    return GroupDots(number, size, "".join(dot(mark_of(number), point) for point in points), path, middle)


def dot(mark: int, point: Point) -> str:
    """A part of a path: round or square ends of a line without length, triangle, rhombus, plus."""
    start = f"M{point[0]:g} {point[1]:g}"
    shapes = {3: "m0-5l5 8.6h-10z", 4: "m0-5.5l5.5 5.5-5.5 5.5-5.5-5.5z", 5: "m-4.5 0h9m-4.5-4.5v9"}
    return start + shapes.get(mark, "h.01")


def _middle(points: Sequence[Point]) -> Point:
    return round(sum(x for x, _ in points) / len(points), 1), round(sum(y for _, y in points) / len(points), 1)


def _nearest(points: list[Point], middle: Point) -> list[Point]:
    kept = max(3, round(HULL_SHARE * len(points)))
    return sorted(points, key=lambda point: (point[0] - middle[0]) ** 2 + (point[1] - middle[1]) ** 2)[:kept]


def convex_hull(points: Sequence[Point]) -> list[Point]:
    """The corners around all points, in order (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    return [*_chain(ordered)[:-1], *_chain(ordered[::-1])[:-1]]


def _chain(points: Sequence[Point]) -> list[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(one: Point, two: Point, three: Point) -> float:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


@dataclass(frozen=True, slots=True)
class VoteBar:
    """A bar of 200 by 10 about its middle at 100: disagreement to the left, agreement to the right, passes between."""

    agree: int
    disagree: int
    passes: int

    @property
    def seen(self) -> int:
        return self.agree + self.disagree + self.passes

    def percent(self, votes: int) -> int:
        return round(100 * votes / self.seen) if self.seen else 0

    @property
    def left(self) -> float:
        return round(100 - (self.disagree + self.passes / 2) * 100 / max(1, self.seen), 1)

    @property
    def widths(self) -> tuple[float, float, float]:
        """Of disagreement, passes, agreement."""
        one = 100 / max(1, self.seen)
        return round(self.disagree * one, 1), round(self.passes * one, 1), round(self.agree * one, 1)


@dataclass(frozen=True, slots=True)
class FlowBar:
    """A stance at the beginning or at the end: side is the position's number, 0 undecided."""

    side: int
    is_first: bool
    y: float
    height: float
    people: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    first: int
    latest: int
    people: int
    path: str


@dataclass(frozen=True, slots=True)
class FlowPicture:
    width: int
    height: int
    bar: int
    bars: tuple[FlowBar, ...]
    ribbons: tuple[Ribbon, ...]


def draw_flow(swing: dict[str, Any]) -> FlowPicture:
    """First stances at the left, latest ones at the right, and between them ribbons as wide as people are many."""
    sides, matrix = [*swing["positions"], 0], swing["matrix"]
    unit = (FLOW_HEIGHT - FLOW_GAP * (len(sides) - 1)) / max(1, swing["people"])
    firsts = _bars(sides, [sum(row) for row in matrix], unit, is_first=True)
    latests = _bars(sides, [sum(column) for column in zip(*matrix, strict=True)], unit, is_first=False)
    at, to = [bar.y for bar in firsts], [bar.y for bar in latests]
    ribbons = []
    for row, counts in enumerate(matrix):
        for column, people in enumerate(counts):
            if people:
                path = _ribbon(at[row], to[column], people * unit)
                ribbons.append(Ribbon(sides[row], sides[column], people, path))
                at[row] += people * unit
                to[column] += people * unit
    return FlowPicture(FLOW_WIDTH, FLOW_HEIGHT, FLOW_BAR, (*firsts, *latests), tuple(ribbons))


def _bars(sides: list[int], counts: list[int], unit: float, *, is_first: bool) -> list[FlowBar]:
    bars, y = [], 0.0
    for side, people in zip(sides, counts, strict=True):
        bars.append(FlowBar(side, is_first, round(y, 1), round(people * unit, 1), people))
        y += people * unit + FLOW_GAP
    return bars


def _ribbon(at: float, to: float, thickness: float) -> str:
    left, right, middle = FLOW_BAR, FLOW_WIDTH - FLOW_BAR, FLOW_WIDTH / 2
    return (
        f"M{left} {at:.1f}C{middle:g} {at:.1f} {middle:g} {to:.1f} {right} {to:.1f}v{thickness:.1f}"
        f"C{middle:g} {to + thickness:.1f} {middle:g} {at + thickness:.1f} {left} {at + thickness:.1f}z"
    )

"""What the map of a debate shows: the tree with the part that is looked at, laid out twice, and the words for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import and_, case, null, select

from app.arguments.cards import name_standing
from app.db import Reader
from app.debates.map_layout import Band, Cell, Frame, Layout, Part, lay_out
from app.debates.map_rows import NEAREST, MappedTree, load_tree
from app.debates.map_words import cut, lines_in, short
from app.debates.queries import Side, load_sides
from app.errors import NotFound
from app.models import Argument, HouseRule, Position, Relation
from app.models.argument import IS_UNANSWERED
from app.taken import name_taken
from app.targets import DebateHead

EDGE, SIGN = 22, 14  # What words leave free: at a cell's sides, and for the sign of a relation before the first line.


class MappedArgument(NamedTuple):
    """What the map says of an argument. The claim is missing where it is hidden or withdrawn."""

    id: int
    relation: Relation | None
    side: int | None
    claim: str | None
    is_hidden: bool
    removed_under: HouseRule | None
    is_withdrawn: bool
    is_conceded: bool
    is_unanswered: bool
    strength: float | None  # None for who is shown no results.

    @property
    def standing(self) -> str:
        return name_standing(
            is_hidden=self.is_hidden,
            removed_under=self.removed_under,
            is_withdrawn=self.is_withdrawn,
            is_conceded=self.is_conceded,
            is_unanswered=self.is_unanswered,
        )

    @property
    def words(self) -> str:
        if self.is_hidden:
            return name_taken("An argument", self.removed_under)
        return self.claim or "An argument that its author has withdrawn"

    @property
    def hundredths(self) -> int | None:
        """Of what is hidden or withdrawn too little is said for a strength."""
        return None if self.strength is None or self.claim is None else round(100 * self.strength)


class View(NamedTuple):
    """The part of the tree that is looked at: what each band holds, and the arguments above, from the first level; of
    a long path that one and the nearest."""

    bands: list[list[int]]
    path: list[int]
    left_out: int  # Of the path, behind its first argument.
    skipped: int  # Siblings that stand before what is shown.


@dataclass(frozen=True, slots=True)
class Type:
    """How words are set in a frame."""

    size: int
    line: int
    zoom: int  # How wide the number is that leads below.


TYPES = {"wide": Type(16, 19, 46), "narrow": Type(13, 16, 36)}


@dataclass(frozen=True)
class MapPicture:
    layout: Layout
    arguments: dict[int, MappedArgument]

    @property
    def name(self) -> str:
        return self.layout.frame.name

    @property
    def line(self) -> int:
        return TYPES[self.layout.frame.name].line

    @property
    def zoom_width(self) -> int:
        return TYPES[self.layout.frame.name].zoom

    def has_zoom(self, cell: Cell) -> bool:
        """On the last level the cell that counts what is deeper leads there."""
        return cell.below > 0 and cell.level < self.layout.frame.levels - 1

    def short(self, count: int) -> str:
        return short(count)

    def heading(self, words: str) -> list[str]:
        """In lines as wide as the picture."""
        return cut(words, 100 * self.layout.frame.width // TYPES[self.layout.frame.name].size, 3)

    def lines(self, cell: Cell) -> list[str]:
        """The claim as far as it has room, the first line behind the sign of its relation."""
        argument, type = self.arguments[cell.id], TYPES[self.layout.frame.name]
        taken = (SIGN if argument.relation else 0, type.zoom if self.has_zoom(cell) else 0)
        indent, notch, room = (100 * part // type.size for part in (*taken, cell.box.width - EDGE))
        return cut(argument.words, room, lines_in(cell.box.height, type.line), indent, notch)


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the picture in the list that says the same; `lines` are the ones below it."""

    part: Part
    argument: MappedArgument | None
    lines: "list[Line]" = field(default_factory=list)


@dataclass(frozen=True)
class MapPage:
    """`focus` is the argument below which one looks; without one, `sides` has the position of each band."""

    sides: list[Side]
    names: dict[int, str]
    path: list[MappedArgument]
    left_out: int  # Of the path, behind its first argument.
    focus: MappedArgument | None
    below: int
    skipped: int
    pictures: list[MapPicture]

    @property
    def is_empty(self) -> bool:
        return not any(band.parts for band in self.pictures[0].layout.bands)

    def lines(self, band: Band) -> list[Line]:
        return list_lines(band, self.pictures[0].arguments)


def list_lines(band: Band, arguments: dict[int, MappedArgument]) -> list[Line]:
    """The parts of a band, which come in the order of reading, each under the one to its left."""
    top: list[Line] = []
    open_lines: list[list[Line]] = [top]
    for part in band.parts:
        del open_lines[part.level + 1 :]
        line = Line(part, arguments[part.id] if isinstance(part, Cell) else None)
        open_lines[-1].append(line)
        open_lines.append(line.lines)
    return top


_WORDS = case((Argument.hidden_by_id.is_(None) & Argument.withdrawn_at.is_(None), Argument.claim), else_=null())


async def load_map(
    db: Reader, debate: DebateHead, at: int | None, after: int | None, frames: Iterable[Frame], *, by_score: bool
) -> MapPage:
    """Three statements: the sides, the whole tree, the words of what is drawn of it."""
    sides = await load_sides(db, debate.id)
    mapped = await load_tree(db, debate.id, at, by_score=by_score)
    tree, positions = mapped.tree, mapped.positions
    firsts = [[id for id in mapped.roots if positions.get(id) == side.id] for side in sides]
    view = choose_view(mapped, firsts, at, after)
    layouts = [lay_out(tree, view.bands, frame) for frame in frames]
    drawn = {*view.path, *(id for layout in layouts for id in layout.drawn_ids())}
    arguments = await _load_arguments(db, debate.id, drawn, by_score)
    focus = view.path[-1] if view.path else None
    shown = sides
    if focus is None and len(view.bands) < len(sides):
        shown = [side for side in sides if side.id == positions[view.bands[0][0]]]
    return MapPage(
        sides=shown,
        names={side.number: side.name for side in sides},
        path=[arguments[id] for id in view.path[:-1]],
        left_out=view.left_out,
        focus=arguments[focus] if focus else None,
        below=tree.size[focus] - 1 if focus else len(mapped.parents),
        skipped=view.skipped,
        pictures=[MapPicture(layout, arguments) for layout in layouts],
    )


def choose_view(mapped: MappedTree, firsts: list[list[int]], at: int | None, after: int | None) -> View:
    """Everything, what stands below `at`, or what follows `after` beside it."""
    named, parents = at or after, mapped.parents
    if named is None:
        return View(firsts, [], 0, 0)
    if named not in parents:
        raise NotFound("There is no such argument in this debate.")
    if at is not None:
        return View([mapped.tree.replies.get(at, [])], *_path(mapped, at), 0)
    parent = parents[named]
    siblings = mapped.tree.replies[parent] if parent else next(ids for ids in firsts if named in ids)
    place = siblings.index(named) + 1
    if place == len(siblings):
        raise NotFound("Nothing follows this argument on the map any more.")
    return View([siblings[place:]], *_path(mapped, parent), place)


def _path(mapped: MappedTree, id: int) -> tuple[list[int], int]:
    """From the first level down to this argument, and how many steps of it are left out."""
    if mapped.above:
        return [*mapped.above, id], mapped.left_out
    path = list(_upwards(mapped.parents, id))[::-1]
    shown = path[:1] + path[1:][-NEAREST - 1 :]
    return shown, len(path) - len(shown)


def _upwards(parents: Mapping[int, int], id: int) -> Iterator[int]:
    while id:
        yield id
        id = parents[id]


async def _load_arguments(db: Reader, debate_id: int, ids: Iterable[int], by_score: bool) -> dict[int, MappedArgument]:
    statement = (
        select(
            Argument.id, Argument.relation, Position.number, _WORDS,
            Argument.hidden_by_id.is_not(None), Argument.removed_under, Argument.withdrawn_at.is_not(None),
            Argument.conceded_at.is_not(None), IS_UNANSWERED, Argument.strength if by_score else null(),
        )
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .where(Argument.debate_id == debate_id, Argument.id.in_(ids))
    )  # fmt: skip
    return {row[0]: MappedArgument._make(row) for row in await db.execute(statement)}

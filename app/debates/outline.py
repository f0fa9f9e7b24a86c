"""The outline: every argument of a debate, each under the one it answers, a page of threads at a time."""

from dataclasses import dataclass, field

from sqlalchemy import BigInteger, case, func, literal, null, select, true, tuple_

from app.arguments.cards import name_standing
from app.db import Reader
from app.debates.queries import Side, load_sides
from app.models import Argument, HouseRule, Position, Relation
from app.models.argument import IS_UNANSWERED
from app.taken import name_taken

THREADS_SHOWN = 40  # First-level arguments on a page.
DEPTH_SHOWN = 6  # Levels below these; further down one reads on the argument's own page.
REPLIES_SHOWN = 20  # Below one line, so that one much answered argument does not take the room of all others.
LINES_SHOWN = 1_500  # Lines on a page at most, so that no debate makes a page that a browser cannot hold.


@dataclass(slots=True)
class OutlineLine:
    id: int
    parent_id: int | None
    depth: int
    relation: Relation | None
    side: int | None
    claim: str | None  # None where moderators took it away.
    removed_under: HouseRule | None
    is_withdrawn: bool
    is_conceded: bool
    is_unanswered: bool
    reply_count: int
    lines: "list[OutlineLine]" = field(default_factory=list)

    @property
    def words(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def standing(self) -> str:
        return name_standing(
            is_hidden=self.claim is None,
            removed_under=self.removed_under,
            is_withdrawn=self.is_withdrawn,
            is_conceded=self.is_conceded,
            is_unanswered=self.is_unanswered,
        )

    @property
    def left_out(self) -> int:
        """How many replies exist that this page has no room for. Those that are withdrawn or hidden are not counted."""
        return max(0, self.reply_count - len(self.lines))


@dataclass(frozen=True, slots=True)
class Outline:
    sides: list[Side]
    threads: dict[int, list[OutlineLine]]  # First-level lines by position number.
    names: dict[int, str]
    more_after: str | None


async def load_outline(db: Reader, debate_id: int, after: tuple[int, int] | None, *, by_score: bool = True) -> Outline:
    """Three statements: the sides, a page of first-level arguments, what stands below these."""
    sides = await load_sides(db, debate_id)
    threads, more_after = await _load_threads(db, debate_id, after)
    below = await _load_below(db, debate_id, [line.id for line in threads], by_score)
    _hang(threads, below)
    by_side: dict[int, list[OutlineLine]] = {}
    for line in threads:
        by_side.setdefault(line.side or 0, []).append(line)
    return Outline(sides, by_side, {side.number: side.name for side in sides}, more_after)


_COLUMNS = (
    Argument.id,
    Argument.parent_id,
    Argument.depth,
    Argument.relation,
    Position.number,
    case((Argument.hidden_by_id.is_(None), Argument.claim), else_=null()),
    Argument.removed_under,
    Argument.withdrawn_at.is_not(None),
    Argument.conceded_at.is_not(None),
    IS_UNANSWERED,
    Argument.support_count + Argument.rebut_count + Argument.undercut_count,
)
_OF_POSITION = (Position.debate_id == Argument.debate_id) & (Position.id == Argument.position_id)


async def _load_threads(
    db: Reader, debate_id: int, after: tuple[int, int] | None
) -> tuple[list[OutlineLine], str | None]:
    place = tuple_(Position.number, Argument.id)
    statement = (
        select(*_COLUMNS)
        .join(Position, _OF_POSITION)
        .where(Argument.debate_id == debate_id, Argument.parent_id.is_(None), Argument.merged_into_id.is_(None))
        .order_by(Position.number, Argument.id)
        .limit(THREADS_SHOWN + 1)
    )
    if after is not None:
        statement = statement.where(place > after)
    lines = [OutlineLine(*row) for row in await db.execute(statement)]
    shown = lines[:THREADS_SHOWN]
    return shown, f"{shown[-1].side}:{shown[-1].id}" if len(lines) > THREADS_SHOWN else None


async def _load_below(db: Reader, debate_id: int, thread_ids: list[int], by_score: bool) -> list[OutlineLine]:
    """Level by level, until the page is full: nothing else of the threads is read, however large they are."""
    score = Argument.strength if by_score else literal(0.0)
    first = select(Argument.id, Argument.depth, literal(0, type_=BigInteger).label("place")).where(
        Argument.debate_id == debate_id, Argument.id.in_(thread_ids)
    )
    below = first.cte("below", recursive=True)
    replies = (
        select(Argument.id, Argument.depth, func.row_number().over(order_by=(score.desc(), Argument.id)).label("place"))
        .where(Argument.debate_id == debate_id, Argument.parent_id == below.c.id)
        .where(Argument.merged_into_id.is_(None))
        .order_by(score.desc(), Argument.id)
        .limit(REPLIES_SHOWN)
        .lateral("replies")
    )
    below = below.union_all(
        select(replies.c.id, replies.c.depth, replies.c.place)
        .select_from(below.join(replies, true()))
        .where(below.c.depth < DEPTH_SHOWN)
    )
    found = select(below.c.id, below.c.place).where(below.c.depth > 0).limit(LINES_SHOWN).subquery("found")
    statement = (
        select(*_COLUMNS)
        .join(found, found.c.id == Argument.id)
        .outerjoin(Position, _OF_POSITION)
        .where(Argument.debate_id == debate_id)
        .order_by(Argument.depth, found.c.place)
    )
    return [OutlineLine(*row) for row in await db.execute(statement)]


def _hang(threads: list[OutlineLine], below: list[OutlineLine]) -> None:
    """Put each line under its parent; those come first, since rows are ordered by depth."""
    by_id = {line.id: line for line in (*threads, *below)}
    for line in below:
        if (parent := by_id.get(line.parent_id or 0)) is not None:
            parent.lines.append(line)

"""What discounting votes would change, argument by argument, without changing it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import and_, case, null, select

from app.db import Reader
from app.models import Argument, HouseRule, Position
from app.moderation.rings.cast_votes import Cast, CastVotes, load_cast_votes
from app.moderation.rings.people import Ring
from app.standing.paths import Kept, settle
from app.standing.settling import load_kept
from app.taken import name_taken

OTHERS_SHOWN = 10  # Arguments of others whose strength moves the most.
VISIBLE = 0.005  # Half of what pages show: they round strengths to hundredths.


class Rated(NamedTuple):
    """Counts, strength, and the place among the listed arguments of its side; none for those of no side."""

    agree: int
    disagree: int
    passes: int
    bears: int
    bears_not: int
    strength: float
    place: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """An argument now, and as it would be."""

    id: int
    claim: str | None
    removed_under: HouseRule | None
    side: int | None
    side_name: str | None
    relation: str | None
    before: Rated
    after: Rated

    @property
    def words(self) -> str:
        return self.claim or name_taken("An argument", self.removed_under)

    @property
    def step(self) -> float:
        return abs(self.after.strength - self.before.strength)


@dataclass(frozen=True, slots=True)
class DryRun:
    """`changes` has the author's arguments that lose votes, `others` those whose strength follows, the most first."""

    cast: CastVotes
    changes: list[Change]
    others: list[Change]
    other_count: int

    @property
    def vote_count(self) -> int:
        return sum(vote.value not in ("yes", "no") for vote in self.cast.counted)

    @property
    def judgement_count(self) -> int:
        return len(self.cast.counted) - self.vote_count

    @property
    def waiting_count(self) -> int:
        """Which do not count yet, or any more, for other reasons."""
        return len(self.cast.votes) - len(self.cast.counted)

    @property
    def voter_count(self) -> int:
        return len({vote.voter_id for vote in self.cast.counted})


class _Row(NamedTuple):
    id: int
    side: int | None
    side_name: str | None
    relation: str | None
    claim: str | None
    removed_under: HouseRule | None
    bears: int
    bears_not: int


async def make_dry_run(db: Reader, debate_id: int, ring: Ring) -> DryRun:
    """In four statements. Strengths are computed anew before and after, so that both are of the same moment."""
    cast = await load_cast_votes(db, debate_id, ring)
    kept = {row.argument.id: row for row in await load_kept(db, debate_id)}
    rows = {row[0]: _Row(*row) for row in await db.execute(_rows(debate_id))}
    lost = _lost(cast.counted)
    before = _rate_all(rows, kept, {})
    after = _rate_all(rows, kept, lost)
    changes = [_change(rows[id], before[id], after[id]) for id in sorted(lost)]
    moved = [id for id in rows if id not in lost and abs(after[id].strength - before[id].strength) >= VISIBLE]
    others = sorted((_change(rows[id], before[id], after[id]) for id in moved), key=lambda each: (-each.step, each.id))
    return DryRun(cast, changes, others[:OTHERS_SHOWN], len(others))


def _lost(counted: Iterable[Cast]) -> dict[int, dict[str, int]]:
    """For each argument how many of each value go."""
    lost: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for vote in counted:
        lost[vote.argument_id][vote.value] += 1
    return {id: dict(values) for id, values in lost.items()}


def _rate_all(rows: dict[int, _Row], kept: dict[int, Kept], lost: dict[int, dict[str, int]]) -> dict[int, Rated]:
    changed = [_without(row, lost.get(id, {})) for id, row in kept.items()]
    settled = {row.argument.id: row for row in settle(changed, kept.keys())}
    places = _places(rows, settled)
    return {id: _rated(rows[id], settled[id], lost.get(id, {}), places.get(id)) for id in rows}


def _without(row: Kept, lost: dict[str, int]) -> Kept:
    if not lost:
        return row
    argument = row.argument
    return replace(
        row,
        argument=replace(
            argument,
            agree=argument.agree - lost.get("agree", 0),
            disagree=argument.disagree - lost.get("disagree", 0),
            passes=argument.passes - lost.get("pass", 0),
        ),
    )


def _places(rows: dict[int, _Row], settled: dict[int, Kept]) -> dict[int, int]:
    """As front pages order the arguments of a side: the strongest first, of equals the oldest."""
    places: dict[int, int] = {}
    reached: defaultdict[int, int] = defaultdict(int)
    for row in sorted(settled.values(), key=lambda row: (-row.strength, row.argument.id)):
        side = rows[row.argument.id].side if row.argument.is_listed else None
        if side is not None:
            reached[side] += 1
            places[row.argument.id] = reached[side]
    return places


def _rated(row: _Row, kept: Kept, lost: dict[str, int], place: int | None) -> Rated:
    argument = kept.argument
    bears, bears_not = row.bears - lost.get("yes", 0), row.bears_not - lost.get("no", 0)
    return Rated(argument.agree, argument.disagree, argument.passes, bears, bears_not, kept.strength, place)


def _change(row: _Row, before: Rated, after: Rated) -> Change:
    return Change(row.id, row.claim, row.removed_under, row.side, row.side_name, row.relation, before, after)


def _rows(debate_id: int) -> Any:
    claim = case((Argument.hidden_by_id.is_(None), Argument.claim), else_=null())
    columns = (
        Argument.id, Position.number, Position.name, Argument.relation, claim, Argument.removed_under,
        Argument.bears_count, Argument.bears_not_count,
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .where(Argument.debate_id == debate_id)
    )

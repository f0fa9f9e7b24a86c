"""Counting many items at once, out that moderators hide, in that they put back: as the counters of each do, one
statement a counter."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Annotation, Argument, Credit

_PLACES = (
    "unnest(CAST(:debates AS bigint[]), CAST(:ids AS bigint[]), CAST(:counts AS bigint[])) AS listed (debate, id, n)"
)


def _counting(table: str, column: str, key: str = "id") -> TextClause:
    of_debate = f"{table}.debate_id = listed.debate AND " if key == "id" else ""
    return text(
        f"UPDATE {table} SET {column} = {column} + listed.n FROM {_PLACES} "  # noqa: S608  (names of ours)
        f"WHERE {of_debate}{table}.id = listed.id"
    )


_REPLIES = {relation: _counting("arguments", f"{relation}_count") for relation in ("support", "rebut", "undercut")}
# What an argument is no longer, once an answer stands again that nobody has answered (app/arguments/counters.py).
_LABELS = {
    relation: text(
        f"UPDATE arguments SET {labels} FROM {_PLACES} "  # noqa: S608  (names of ours)
        "WHERE arguments.debate_id = listed.debate AND arguments.id = listed.id"
    )
    for relation, labels in {"rebut": "reaches = false, holds = false", "undercut": "reaches = false"}.items()
}
_CREDITS = _counting("arguments", "credit_count")
_NOTE_REPLIES = _counting("annotations", "reply_count")
_POSITIONS = _counting("positions", "argument_count")
_DEBATES = {kind: _counting("debates", f"{kind}_count", "debate") for kind in ("argument", "annotation")}

Place = tuple[int, int]  # A debate, and what counts there.


async def count_many(db: AsyncSession, items: Sequence[Argument | Annotation | Credit], step: int) -> None:
    """Items that become listed (+1) or cease to be (-1). What counts them is locked already, but for sides and
    debates."""
    arguments = [item for item in items if isinstance(item, Argument)]
    for relation, statement in _REPLIES.items():
        answers = [each for each in arguments if each.relation == relation]
        await _count(db, statement, [(each.debate_id, each.parent_id) for each in answers], step)
        if step > 0 and (labels := _LABELS.get(relation)) is not None:
            await _count(db, labels, [(each.debate_id, each.parent_id) for each in answers if each.reaches], step)
    await _count(db, _POSITIONS, [(each.debate_id, each.position_id) for each in arguments], step)
    await _count(db, _DEBATES["argument"], [(each.debate_id, each.debate_id) for each in arguments], step)
    notes = [item for item in items if isinstance(item, Annotation)]
    await _count(db, _NOTE_REPLIES, [(each.debate_id, each.parent_id) for each in notes], step)
    tops = [each for each in notes if each.parent_id is None]
    await _count(db, _DEBATES["annotation"], [(each.debate_id, each.debate_id) for each in tops], step)
    credits = [item for item in items if isinstance(item, Credit)]
    await _count(db, _CREDITS, [(each.debate_id, each.argument_id) for each in credits], step)


async def _count(db: AsyncSession, statement: TextClause, places: list[tuple[int, Any]], step: int) -> None:
    counts = Counter(place for place in places if place[1] is not None)
    if not counts:
        return
    ordered = sorted(counts)
    columns = {"debates": [debate for debate, _ in ordered], "ids": [id for _, id in ordered]}
    await db.execute(statement, {**columns, "counts": [step * counts[place] for place in ordered]})

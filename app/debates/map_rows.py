"""The tree of a debate's arguments, or what stands below one of them, read as fast as it can be.

Ten thousand rows of a cursor take longer than all else that a map needs; so the database hands over its numbers in
a few values, packed as it would send them anyway, and takes those of a whole debate from an index alone. Who answers
whom mostly is as it was at the last version, since votes change strengths alone: then the shape of the tree is known
already. Far down in a thread no more is read than what stands as deep there.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.debates.map_layout import Shape, Tree, grow, shape_of

NEAREST = 8  # Ancestors of a part of the map that are named above it, besides the first-level argument.
SHAPES_KEPT = 8  # Of debates that are being read; about 4 MB for ten thousand arguments.

_NUMBERS = """
    string_agg(int8send(id), CAST('' AS bytea)), string_agg(int8send(parent_id), CAST('' AS bytea)),
    string_agg(float8send(strength), CAST('' AS bytea)),
    (SELECT string_agg(int8send(id) || int8send(position_id), CAST('' AS bytea))
     FROM arguments WHERE debate_id = :debate AND parent_id IS NULL AND merged_into_id IS NULL)
"""
# In the order of `ix_arguments_replies`, which holds all of it but which arguments are merged; those are few.
_ALL = """
    SELECT id, coalesce(parent_id, 0) AS parent_id, strength FROM arguments
    WHERE debate_id = :debate
        AND id NOT IN (SELECT id FROM arguments WHERE debate_id = :debate AND merged_into_id IS NOT NULL)
"""
_PACKED = text(f"SELECT {_NUMBERS}, NULL, NULL FROM ({_ALL}) tree")  # noqa: S608  (constants)
_PACKED_BELOW = text(f"""
    WITH RECURSIVE top AS MATERIALIZED (
        SELECT id, parent_id, root_id, depth FROM arguments
        WHERE debate_id = :debate AND id = :at AND depth > :nearest + 1
    ), above AS (
        SELECT parent_id AS id, 1 AS distance FROM top
        UNION ALL
        SELECT a.parent_id, distance + 1 FROM above JOIN arguments a ON a.debate_id = :debate AND a.id = above.id
        WHERE distance < :nearest
    ), tree AS (
        {_ALL} AND NOT EXISTS (SELECT FROM top)
        UNION ALL
        SELECT a.id, CASE WHEN a.id = top.id THEN 0 ELSE a.parent_id END, a.strength
        FROM top JOIN arguments a ON a.debate_id = :debate AND a.root_id = top.root_id AND a.depth >= top.depth
        WHERE a.merged_into_id IS NULL
    )
    SELECT {_NUMBERS},
        (SELECT root_id || array_agg(above.id ORDER BY distance DESC) FROM above, top GROUP BY root_id),
        (SELECT depth FROM top)
    FROM tree
""").bindparams(nearest=NEAREST)  # noqa: S608  (constants)


class MappedTree(NamedTuple):
    """All of a debate; or far down in a thread what stands below `at`, which then is the root."""

    tree: Tree
    roots: list[int]
    parents: Mapping[int, int]
    positions: Mapping[int, int]  # Of the debate's first level.
    above: Sequence[int] = ()  # Of a root far down: the first-level argument and its nearest ancestors.
    left_out: int = 0  # How many stand between these.


@dataclass(slots=True)
class _Kept:
    """The shape that a debate had when it was last read, and what it was made from."""

    packed: tuple[bytes | None, bytes | None] = (None, None)
    shape: Shape = field(default_factory=lambda: shape_of({}))


async def load_tree(db: Reader, debate_id: int, at: int | None = None, *, by_score: bool) -> MappedTree:
    """One statement, whatever the size. What does not stand below `at` may be missing."""
    values = {"debate": debate_id} if at is None else {"debate": debate_id, "at": at}
    row = (await db.execute(_PACKED if at is None else _PACKED_BELOW, values)).one()
    ids, parents, scores, first_level, above, depth = row
    numbers = _read("q", ids)
    shape = _shape((debate_id, at if above else None), (ids, parents), numbers)
    tree, roots = grow(shape, dict(zip(numbers, _read("d", scores) if by_score else repeat(0.0), strict=False)))
    firsts = _read("q", first_level)
    positions = dict(zip(firsts[::2], firsts[1::2], strict=True))
    return MappedTree(tree, roots, shape.parents, positions, above or (), depth - len(above) if above else 0)


def _shape(part: tuple[int, int | None], packed: tuple[bytes | None, bytes | None], ids: list[int]) -> Shape:
    kept = _kept(part)
    if kept.packed != packed:
        parents = dict(zip(ids, _read("q", packed[1]), strict=True))
        kept.packed = packed
        if kept.shape.parents != parents:  # Else only their order is another one: that of their strengths.
            kept.shape = shape_of(parents)
    return kept.shape


@lru_cache(maxsize=SHAPES_KEPT)
def _kept(part: tuple[int, int | None]) -> _Kept:
    return _Kept()


def _read(code: str, packed: bytes | None) -> list[Any]:
    """Numbers of eight bytes as PostgreSQL sends them, the most significant first."""
    numbers = array(code, packed or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tolist()

"""The tree of a debate's arguments, read as fast as it can be.

Ten thousand rows of a cursor take longer than all else that a map needs; so the database hands over its numbers in
four values, packed as it would send them anyway, and takes them from an index alone. Who answers whom mostly is as it
was at the last version, since votes change strengths alone: then the shape of the tree is known already.
"""

import sys
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.debates.map_layout import Shape, Tree, grow, shape_of

SHAPES_KEPT = 8  # Of debates that are being read; about 4 MB for ten thousand arguments.

# In the order of `ix_arguments_replies`, which holds all of it but which arguments are merged: those are few.
_PACKED = text("""
    SELECT string_agg(int8send(id), CAST('' AS bytea)), string_agg(int8send(coalesce(parent_id, 0)), CAST('' AS bytea)),
        string_agg(float8send(strength), CAST('' AS bytea)),
        (SELECT string_agg(int8send(id) || int8send(position_id), CAST('' AS bytea))
         FROM arguments WHERE debate_id = :debate AND parent_id IS NULL AND merged_into_id IS NULL)
    FROM arguments WHERE debate_id = :debate
        AND id NOT IN (SELECT id FROM arguments WHERE debate_id = :debate AND merged_into_id IS NOT NULL)
""")


class MappedTree(NamedTuple):
    tree: Tree
    roots: list[int]
    parents: Mapping[int, int]
    positions: Mapping[int, int]  # Of the roots.


@dataclass(slots=True)
class _Kept:
    """The shape that a debate had when it was last read, and what it was made from."""

    packed: tuple[bytes | None, bytes | None] = (None, None)
    shape: Shape = field(default_factory=lambda: shape_of({}))


async def load_tree(db: Reader, debate_id: int, *, by_score: bool) -> MappedTree:
    """One statement, whatever the size."""
    ids, parents, scores, roots = (await db.execute(_PACKED, {"debate": debate_id})).one()
    numbers = _read("q", ids)
    shape = _shape(debate_id, (ids, parents), numbers)
    tree, first_level = grow(shape, dict(zip(numbers, _read("d", scores) if by_score else repeat(0.0), strict=False)))
    positions = _read("q", roots)
    return MappedTree(tree, first_level, shape.parents, dict(zip(positions[::2], positions[1::2], strict=True)))


def _shape(debate_id: int, packed: tuple[bytes | None, bytes | None], ids: list[int]) -> Shape:
    kept = _kept(debate_id)
    if kept.packed != packed:
        parents = dict(zip(ids, _read("q", packed[1]), strict=True))
        kept.packed = packed
        if kept.shape.parents != parents:  # Else only their order is another one: that of their strengths.
            kept.shape = shape_of(parents)
    return kept.shape


@lru_cache(maxsize=SHAPES_KEPT)
def _kept(debate_id: int) -> _Kept:
    return _Kept()


def _read(code: str, packed: bytes | None) -> list[Any]:
    """Numbers of eight bytes as PostgreSQL sends them, the most significant first."""
    numbers = array(code, packed or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers.tolist()

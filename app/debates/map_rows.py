"""The tree of a debate's arguments, read as fast as it can be.

Ten thousand rows of a cursor take longer than all else that a map needs; so the database hands over its numbers in
three values, packed as it would send them anyway. Who answers whom mostly is as it was at the last version, since votes
change strengths alone: then the shape of the tree is known already, by the bytes that it was made from.
"""

import sys
from array import array
from collections.abc import Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.debates.map_layout import Shape, Tree, grow, shape_of

SHAPES_KEPT = 8  # Of debates that are being read; about 4 MB for ten thousand arguments.

_PACKED = text("""
    SELECT string_agg(int8send(id), CAST('' AS bytea)), string_agg(int8send(parent_id), CAST('' AS bytea)),
        string_agg(float8send(strength), CAST('' AS bytea)),
        (SELECT string_agg(int8send(id) || int8send(position_id), CAST('' AS bytea))
         FROM arguments WHERE debate_id = :debate AND parent_id IS NULL AND merged_into_id IS NULL)
    FROM (SELECT id, coalesce(parent_id, 0) AS parent_id, strength FROM arguments
          WHERE debate_id = :debate AND merged_into_id IS NULL ORDER BY id) ordered
""")


class MappedTree(NamedTuple):
    tree: Tree
    roots: list[int]
    parents: Mapping[int, int]
    positions: Mapping[int, int]  # Of the roots.


async def load_tree(db: Reader, debate_id: int, *, by_score: bool) -> MappedTree:
    """One statement, whatever the size."""
    ids, parents, scores, roots = (await db.execute(_PACKED, {"debate": debate_id})).one()
    shape = _shape(ids or b"", parents or b"")
    tree, first_level = grow(
        shape, dict(zip(shape.parents, _read("d", scores) if by_score else repeat(0.0), strict=False))
    )
    numbers = _read("q", roots)
    return MappedTree(tree, first_level, shape.parents, dict(zip(numbers[::2], numbers[1::2], strict=True)))


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(ids: bytes, parents: bytes) -> Shape:
    return shape_of(dict(zip(_read("q", ids), _read("q", parents), strict=True)))


def _read(
    code: str, packed: bytes | None
) -> "array[Any]":  # Quoted: arrays take no type at run time before Python 3.12.
    """Numbers of eight bytes as PostgreSQL sends them, the most significant first."""
    numbers = array(code, packed or b"")
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers

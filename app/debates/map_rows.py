"""The tree of a debate's arguments, read as fast as it can be.

Ten thousand rows of a cursor take longer than all else that a map needs; so the database hands over its numbers in one
value, packed as it would send them anyway. Who answers whom mostly is as it was at the last version, since votes change
strengths alone: then the shape of the tree is known already, by what it was made from.
"""

import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import text

from app.db import Reader
from app.debates.map_layout import Shape, Tree, grow, shape_of

SHAPES_KEPT = 8  # Of debates that are being read; about 4 MB for ten thousand arguments.

_PACKED = text("""
    SELECT
        (SELECT string_agg(int8send(id) || int8send(coalesce(parent_id, 0)) || float8send(strength), CAST('' AS bytea))
         FROM arguments WHERE debate_id = :debate AND merged_into_id IS NULL),
        (SELECT string_agg(int8send(id) || int8send(position_id), CAST('' AS bytea))
         FROM arguments WHERE debate_id = :debate AND parent_id IS NULL AND merged_into_id IS NULL)
""")
_ROW, _ROOT = struct.Struct(">qqd"), struct.Struct(">qq")  # As PostgreSQL sends numbers.


class MappedTree(NamedTuple):
    tree: Tree
    roots: list[int]
    parents: Mapping[int, int]
    positions: Mapping[int, int]  # Of the roots.


async def load_tree(db: Reader, debate_id: int, *, by_score: bool) -> MappedTree:
    """One statement, whatever the size."""
    packed, roots = (await db.execute(_PACKED, {"debate": debate_id})).one()
    rows = sorted(_ROW.iter_unpack(packed or b""))  # In the order of an index they change places with their strengths.
    shape = _shape(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    strengths = {row[0]: row[2] if by_score else 0.0 for row in rows}
    tree, first_level = grow(shape, strengths)
    return MappedTree(tree, first_level, shape.parents, dict(_ROOT.iter_unpack(roots or b"")))


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(ids: tuple[int, ...], parents: tuple[int, ...]) -> Shape:
    return shape_of(dict(zip(ids, parents, strict=True)))

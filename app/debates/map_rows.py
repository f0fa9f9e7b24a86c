"""The tree of a debate's arguments, read as fast as it can be.

Ten thousand rows of a cursor take longer than all else that a map needs; so the database hands over its numbers in one
value, packed as it would send them anyway. Who answers whom mostly is as it was at the last version, since votes change
strengths alone: then the shape of the tree is known already, by what it was made from.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
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
_ROW = np.dtype([("id", ">i8"), ("parent", ">i8"), ("strength", ">f8")])
_ROOT = np.dtype([("id", ">i8"), ("position", ">i8")])


class MappedTree(NamedTuple):
    tree: Tree
    roots: list[int]
    parents: Mapping[int, int]
    positions: Mapping[int, int]  # Of the roots.


async def load_tree(db: Reader, debate_id: int, *, by_score: bool) -> MappedTree:
    """One statement, whatever the size."""
    packed, roots = (await db.execute(_PACKED, {"debate": debate_id})).one()
    rows = np.frombuffer(packed or b"", dtype=_ROW)
    rows = rows[np.argsort(rows["id"])]  # In the order of an index they change places with their strengths.
    shape = _shape(rows["id"].tobytes(), rows["parent"].tobytes())
    strengths = rows["strength"] if by_score else np.zeros(len(rows))
    tree, first_level = grow(shape, dict(zip(shape.parents, strengths.tolist(), strict=True)))
    firsts = np.frombuffer(roots or b"", dtype=_ROOT)
    positions = dict(zip(firsts["id"].tolist(), firsts["position"].tolist(), strict=True))
    return MappedTree(tree, first_level, shape.parents, positions)


@lru_cache(maxsize=SHAPES_KEPT)
def _shape(ids: bytes, parents: bytes) -> Shape:
    numbers = (np.frombuffer(packed, dtype=">i8").tolist() for packed in (ids, parents))
    return shape_of(dict(zip(*numbers, strict=True)))

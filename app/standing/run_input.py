"""What a run is computed from, as plain arrays and as bytes that last: who is who cannot be told from it.

People come in random order, numbered from 0 in this run only. Standard library only, since the server reads it too.
"""

import json
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from random import Random, SystemRandom
from sys import byteorder

NO_STANCE = -1
UNDECIDED = 0
_FORMAT = 1
_LEVEL = 6
_SEED_BITS = 53


@dataclass(frozen=True, slots=True)
class RunInput:
    """`statements`: ids of arguments in order. Of person i: `first[i]` and `latest[i]` stance (a position's number,
    UNDECIDED or NO_STANCE), `before[i]` the group of the last run or 0, and the votes `starts[i]` to `starts[i + 1]`
    of `statement` (indexes) and `sign` (1 agree, 0 pass, −1 disagree), in order of the statements.
    `count`: the state of the number of groups in the last run. `seed`: of whatever a picture leaves to chance.
    """

    statements: "array[int]"
    positions: tuple[int, ...]
    first: "array[int]"
    latest: "array[int]"
    before: "array[int]"
    count: tuple[int, int, int] | None
    starts: "array[int]"
    statement: "array[int]"
    sign: "array[int]"
    seed: int

    @property
    def people(self) -> int:
        return len(self.first)

    def votes_of(self, person: int) -> Iterator[tuple[int, int]]:
        """Argument and sign of each vote."""
        for place in range(self.starts[person], self.starts[person + 1]):
            yield self.statements[self.statement[place]], self.sign[place]


_ARRAYS = {
    "statements": "q", "first": "b", "latest": "b", "before": "b", "starts": "q", "statement": "i", "sign": "b",
}  # fmt: skip


def pack(run: RunInput) -> bytes:
    """A line of JSON with the lengths, then the arrays one after the other, little-endian; all compressed."""
    arrays = {name: getattr(run, name) for name in _ARRAYS}
    head = {
        "format": _FORMAT,
        "positions": run.positions,
        "count": run.count,
        "seed": run.seed,
        "lengths": {name: len(values) for name, values in arrays.items()},
    }
    body = b"".join(_to_little(values) for values in arrays.values())
    return zlib.compress(json.dumps(head, sort_keys=True).encode() + b"\n" + body, _LEVEL)


def unpack(packed: bytes) -> RunInput:
    head_line, _, body = zlib.decompress(packed).partition(b"\n")
    head = json.loads(head_line)
    arrays, place = {}, 0
    for name, code in _ARRAYS.items():
        values = array(code)
        end = place + head["lengths"][name] * values.itemsize
        values.frombytes(body[place:end])
        arrays[name], place = _to_native(values), end
    count = tuple(head["count"]) if head["count"] else None
    return RunInput(positions=tuple(head["positions"]), count=count, seed=head["seed"], **arrays)


def digest(packed: bytes) -> str:
    """Of the uncompressed bytes, as another version of the compressor may find shorter ones."""
    return sha256(zlib.decompress(packed)).hexdigest()


def shuffle(run: RunInput, random: Random | None = None) -> RunInput:
    """The same people in random order, with a new seed."""
    random = random or SystemRandom()
    order = list(range(run.people))
    random.shuffle(order)
    starts, statement, sign = array("q", [0]), array("i"), array("b")
    for person in order:
        votes = slice(run.starts[person], run.starts[person + 1])
        statement += run.statement[votes]
        sign += run.sign[votes]
        starts.append(len(sign))
    first, latest, before = (
        array("b", [values[person] for person in order]) for values in (run.first, run.latest, run.before)
    )
    seed = random.getrandbits(_SEED_BITS)
    return RunInput(run.statements, run.positions, first, latest, before, run.count, starts, statement, sign, seed)


def _to_little(values: "array[int]") -> bytes:
    return _to_native(values[:]).tobytes()


def _to_native(values: "array[int]") -> "array[int]":
    """Between little-endian and this machine's order, either way."""
    if byteorder == "big":
        values.byteswap()
    return values

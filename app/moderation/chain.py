"""The log's chain of hashes, and where it breaks. Pure; docs/LOG.md says the same for readers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

FORMAT = 1
NO_HASH = "0" * 64  # What stands before the first entry.
WORDS = ("moderator", "explanation")  # What can be taken out of an entry.


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is published. `committed` is what its hash covers; nothing where the entry is withheld from the
    reader, as those of drafts are. A word that was taken out has neither value nor salt."""

    number: int | None
    hash: str | None
    previous_hash: str | None
    committed: Mapping[str, Any] | None
    words: Mapping[str, str | None]
    salts: Mapping[str, str | None]
    row: int | None = None  # In the database.


class Head(NamedTuple):
    """The last entry at some time: its number, and its hash."""

    number: int
    hash: str


class Break(NamedTuple):
    number: int | None
    row: int | None
    kind: str  # hash, link, gap, word, redaction, unsealed, head, shown, missing or decision
    words: str


def describe_break(found: Break) -> str:
    place = f"entry {found.number}" if found.number is not None else f"row {found.row}"
    row = f" (row {found.row})" if found.number is not None and found.row is not None else ""
    return f"{place}{row}, {found.kind}: {found.words}"


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(salt: str, word: str) -> str:
    return sha256((salt + word).encode()).hexdigest()


def utc_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


@dataclass(slots=True)
class Walk:
    """Goes along the entries from the oldest and remembers what later ones depend on.

    `is_whole` is false for a filtered file: its entries do not follow one another.
    """

    is_whole: bool = True
    heads: Mapping[int, str] = field(default_factory=dict)  # Published hashes by number.
    count: int = 0
    last: Head = field(default_factory=lambda: Head(0, NO_HASH))
    _taken_out: dict[tuple[int, str], int | None] = field(default_factory=dict)

    def along(self, links: Iterable[Link]) -> Iterator[Break]:
        for link in links:
            yield from self._look(link)
            self.count += 1
            if link.number is not None and link.hash is not None:
                self.last = Head(link.number, link.hash)

    def end(self) -> Iterator[Break]:
        """What can be said only after the last entry."""
        if self.is_whole:
            for (number, word), row in self._taken_out.items():
                yield Break(number, row, "redaction", f"its {word} was taken out, and no later entry says so")
        for number, hash in self.heads.items():
            if number > self.last.number:
                yield Break(number, None, "head", f"it was published with the hash {hash}, and is not there any more")

    def _look(self, link: Link) -> Iterator[Break]:
        if link.number is None or link.hash is None:
            yield Break(None, link.row, "unsealed", "it has no number and no hash")
            return
        if self.is_whole:
            yield from self._follow(link)
        if link.committed is not None:
            yield from self._check(link, link.committed)
        expected = self.heads.get(link.number)
        if expected is not None and expected != link.hash:
            yield Break(link.number, link.row, "head", f"its published hash is {expected}, here it has {link.hash}")

    def _follow(self, link: Link) -> Iterator[Break]:
        number, row = link.number, link.row
        if number != self.last.number + 1:
            yield Break(number, row, "gap", f"the entry before it has the number {self.last.number}")
        elif link.previous_hash != self.last.hash:
            yield Break(number, row, "link", "it does not name the hash of the entry before")

    def _check(self, link: Link, committed: Mapping[str, Any]) -> Iterator[Break]:
        number, row = link.number, link.row
        is_same = (committed.get("number"), committed.get("previous_hash")) == (number, link.previous_hash)
        if not is_same or sha256(canonical(committed)).hexdigest() != link.hash:
            yield Break(number, row, "hash", "its hash is not that of what it says")
        for word in WORDS:
            salt, value = link.salts.get(word), link.words.get(word)
            if salt is None and value is None and number is not None:
                self._taken_out[number, word] = row
            elif digest(salt or "", value or "") != committed.get(f"{word}_digest"):
                yield Break(number, row, "word", f"its {word} is not the one that was written")
        if committed.get("action") == "redact":
            for named in committed["item"]["numbers"]:
                for word in committed["item"]["fields"]:
                    self._taken_out.pop((named, word), None)

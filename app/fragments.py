"""Pieces of shared pages that are alike from version to version, such as the card of an argument.

On a new version of a debate nearly all cards are as they were. So what a macro gave for a row is kept under that row,
together with what visitors see of it: a new version puts a page together from these.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from jinja2.runtime import Macro
from markupsafe import Markup

Filler = Callable[..., str]
Fillers = Mapping[str, Filler]
Row = tuple[Any, ...]

DELIMITER = "\0"
SEPARATOR = "\x1f"
FRAGMENTS = ""  # The name of the slots in which fragments stand, with the first and the one behind the last.
FRAGMENTS_KEPT = 5_000  # About 5 kB each: with slots, as visitors see it, and the row that it was made from.


def mark_slot(name: str, *values: object) -> Markup:
    """What `slot` is while a page is rendered for everyone."""
    return Markup(DELIMITER + SEPARATOR.join((name, *map(str, values))) + DELIMITER)  # noqa: S704


class Fragment:
    """What a macro gave for a row, with its slots."""

    __slots__ = ("_fillers", "_for_visitors", "html", "names")

    def __init__(self, html: str) -> None:
        self.html = html
        self.names = tuple(dict.fromkeys(slot.partition(SEPARATOR)[0] for slot in html.split(DELIMITER)[1::2]))
        self._fillers: tuple[Filler, ...] | None = None
        self._for_visitors = ""

    def for_visitors(self, fillers: Fillers) -> str:
        """Filled anew only where the fillers are not those of last time: visitors' are the same functions always."""
        needed = tuple([fillers[name] for name in self.names])
        if needed != self._fillers:
            self._fillers, self._for_visitors = needed, fill(self.html.split(DELIMITER), fillers)
        return self._for_visitors


def fill(parts: list[str], fillers: Fillers) -> str:
    """HTML at even places, slots at odd ones, whose place in `parts` what fills them takes."""
    for place in range(1, len(parts), 2):
        name, *values = parts[place].split(SEPARATOR)
        parts[place] = fillers[name](*values)
    return "".join(parts)


class FragmentStore:
    """Fragments of this process, one for each macro, further values and first value of a row: with another row under
    the same id the old one has had its day."""

    def __init__(self, capacity: int = FRAGMENTS_KEPT) -> None:
        self._capacity = capacity
        self._kept: dict[Hashable, tuple[Row, Fragment]] = {}

    def get(self, macro: Macro, row: Row, values: tuple[Hashable, ...]) -> Fragment:
        key = (row[0], macro, values)
        if (found := self._kept.get(key)) is not None and found[0] == row:
            return found[1]
        fragment = Fragment(str(macro(row, *values)))  # Not as Markup, whose split() is many times slower.
        self._kept.pop(key, None)
        self._kept[key] = row, fragment
        if len(self._kept) > self._capacity:
            del self._kept[next(iter(self._kept))]  # The one that was made first: it costs little to make it again.
        return fragment


class SharedRendering:
    """One rendering for everyone. `kept(macro, rows, …)` in a template gives what the macro makes of all rows, from
    memory where it made it before: for macros whose output follows from their values alone, as a card from its row."""

    def __init__(self, store: FragmentStore) -> None:
        self._store = store
        self.fragments: list[Fragment] = []

    def kept(self, macro: Macro, rows: Iterable[Row], *values: Hashable) -> Markup:
        first = len(self.fragments)
        self.fragments += [self._store.get(macro, row, values) for row in rows]
        return mark_slot(FRAGMENTS, first, len(self.fragments))


def render_each(macro: Macro, rows: Iterable[Row], *values: Hashable) -> Markup:
    """What `kept` is while a page is rendered for one person: nothing of that is kept."""
    return Markup("".join(macro(row, *values) for row in rows))  # noqa: S704  (what a template made of it)

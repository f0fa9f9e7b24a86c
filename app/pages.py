"""Pages that everyone sees alike, rendered once per version of their debate, with slots for what is personal.

A template marks a personal place with `slot("name", …)`. Rendered for everyone, the slot becomes a marker; for one
person the markers are filled by small functions, which is a join of strings instead of a rendering. U+0000 delimits
markers: no text can hold it, since PostgreSQL and clean_text() refuse it.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import brotli
from jinja2.runtime import Macro
from markupsafe import Markup

Filler = Callable[..., str]
Fillers = Mapping[str, Filler]

_DELIMITER = "\0"
_SEPARATOR = "\x1f"
BROTLI_QUALITY = 5  # 24 kB instead of 25 kB at quality 4 for a page of 200 arguments, in 2 ms, once per version.
GZIP_LEVEL = 6
FRAGMENTS_KEPT = 8_000  # About 2 kB each, with the row that it was made from.


def mark_slot(name: str, *values: object) -> Markup:
    """What `slot` is while a page is rendered for everyone."""
    return Markup(_DELIMITER + _SEPARATOR.join((name, *map(str, values))) + _DELIMITER)  # noqa: S704


class KeptFragments:
    """`kept(macro, rows, …)` in a template: what the macro gives for each row, from memory where it gave it before.

    For macros whose output follows from their values alone, such as a card from its row: on a new version of a debate
    nearly all of them are as they were. Only for pages rendered for everyone; one person's are rendered anew.
    """

    def __init__(self) -> None:
        self._render = lru_cache(maxsize=FRAGMENTS_KEPT)(self._fresh)

    def __call__(self, macro: Macro, rows: Iterable[Hashable], *values: Hashable) -> list[Markup]:
        if mark_slot not in values:
            return [self._fresh(macro, row, *values) for row in rows]
        return [self._render(macro, row, *values) for row in rows]

    @staticmethod
    def _fresh(macro: Macro, *values: Hashable) -> Markup:
        return Markup(macro(*values))  # noqa: S704  (what a template made of it)


@dataclass
class SharedPage:
    """A rendered page: pieces of HTML at even places, slots as (name, values…) at odd places."""

    version: str
    pieces: list[str]
    slots: list[tuple[str, ...]]
    visitor_html: bytes = b""
    encoded: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def parse(cls, html: str, version: str) -> "SharedPage":
        parts = html.split(_DELIMITER)
        return cls(version, parts[::2], [tuple(part.split(_SEPARATOR)) for part in parts[1::2]])

    def fill(self, fillers: Fillers) -> str:
        out = [self.pieces[0]]
        for (name, *values), piece in zip(self.slots, self.pieces[1:], strict=True):
            out.append(fillers[name](*values))
            out.append(piece)
        return "".join(out)

    def values(self, name: str) -> list[int]:
        """The distinct ids in first place of the slots of this name: what the personal layer has to load."""
        return list(dict.fromkeys(int(slot[1]) for slot in self.slots if slot[0] == name))

    def encoded_for_visitors(self, encoding: str) -> bytes:
        if encoding not in self.encoded:
            self.encoded[encoding] = compress(self.visitor_html, encoding, BROTLI_QUALITY, GZIP_LEVEL)
        return self.encoded[encoding]

    @property
    def size(self) -> int:
        """About what it takes: the pieces, the joined page, and both encodings, which are made when first asked for."""
        return 3 * len(self.visitor_html)


def compress(body: bytes, encoding: str, brotli_quality: int, gzip_level: int) -> bytes:
    if encoding == "br":
        compressed: bytes = brotli.compress(body, quality=brotli_quality)
        return compressed
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=gzip_level, mtime=0)
    return body


def choose_encoding(accepted: str) -> str:
    """The best of what the browser accepts: br, gzip or identity. A weight of zero refuses."""
    offers = {name.strip(): weight.strip() for name, _, weight in (o.partition(";") for o in accepted.split(","))}
    return next(
        (name for name in ("br", "gzip") if name in offers and offers[name] not in ("q=0", "q=0.0")), "identity"
    )


class PageStore:
    """Rendered pages of this process, newest use last, within a number of bytes. One rendering at a time per page."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._pages: OrderedDict[str, SharedPage] = OrderedDict()
        self._rendering: dict[tuple[str, str], asyncio.Future[SharedPage]] = {}

    async def get(self, key: str, version: str, make: Callable[[], Awaitable[SharedPage]]) -> SharedPage:
        """The page under this key at this version; on a new version the first request makes it, others wait for it."""
        page = self._pages.get(key)
        if page is not None and page.version == version:
            self._pages.move_to_end(key)
            return page
        if (pending := self._rendering.get((key, version))) is not None:
            return await asyncio.shield(pending)
        return await self._make(key, version, make)

    async def _make(self, key: str, version: str, make: Callable[[], Awaitable[SharedPage]]) -> SharedPage:
        pending: asyncio.Future[SharedPage] = asyncio.get_running_loop().create_future()
        self._rendering[key, version] = pending
        try:
            page = await make()
            self._keep(key, page)
            pending.set_result(page)
            return page
        except BaseException as error:
            pending.set_exception(error if isinstance(error, Exception) else RuntimeError("the request was given up"))
            pending.exception()  # Nobody may be waiting, which is no fault.
            raise
        finally:
            del self._rendering[key, version]

    def _keep(self, key: str, page: SharedPage) -> None:
        if (old := self._pages.pop(key, None)) is not None:
            self._size -= old.size
        self._pages[key] = page
        self._size += page.size
        while self._size > self._capacity and self._pages:
            _, oldest = self._pages.popitem(last=False)
            self._size -= oldest.size

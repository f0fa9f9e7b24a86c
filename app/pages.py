"""Pages that everyone sees alike, rendered once per version of their debate, with slots for what is personal.

A template marks a personal place with `slot("name", …)`. Rendered for everyone, the slot becomes a marker; for one
person the markers are filled by small functions, which is a join of strings instead of a rendering. U+0000 delimits
markers: no text can hold it, since PostgreSQL and clean_text() refuse it.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property

import brotli

from app.fragments import DELIMITER, FRAGMENTS, SEPARATOR, Filler, Fillers, Fragment, FragmentStore, fill

BROTLI_QUALITY = 5  # 24 kB instead of 25 kB at quality 4 for a page of 200 arguments, in 2 ms, once per version.
GZIP_LEVEL = 6

__all__ = ["Filler", "Fillers", "PageStore", "SharedPage", "choose_encoding", "compress"]


@dataclass
class SharedPage:
    """A rendered page: HTML at even places of `parts`, slots at odd ones, some of them for runs of fragments."""

    version: str
    parts: list[str]
    fragments: list[Fragment]
    visitor_html: bytes = b""
    encoded: dict[str, bytes] = field(default_factory=dict)

    def fill_for_visitors(self, fillers: Fillers) -> str:
        def fill_fragments(first: str, end: str) -> str:
            return "".join([each.for_visitors(fillers) for each in self.fragments[int(first) : int(end)]])

        return fill(self.parts.copy(), {**fillers, FRAGMENTS: fill_fragments})

    def fill(self, fillers: Fillers) -> str:
        """For one person."""
        parts, slots = self._flat
        out = parts.copy()
        for place, name, values in slots:
            out[place] = fillers[name](*values)
        return "".join(out)

    def values(self, name: str) -> list[int]:
        """The distinct ids in first place of the slots of this name: what the personal layer has to load."""
        return list(dict.fromkeys(int(values[0]) for _, each, values in self._flat[1] if each == name))

    @cached_property
    def _flat(self) -> tuple[list[str], list[tuple[int, str, list[str]]]]:
        """The page with its fragments' HTML in place, and the places, names and values of all slots: for members."""
        out = self.parts.copy()
        for place in range(1, len(out), 2):
            name, *values = out[place].split(SEPARATOR)
            if name == FRAGMENTS:
                out[place] = "".join(each.html for each in self.fragments[int(values[0]) : int(values[1])])
            else:
                out[place] = f"{DELIMITER}{out[place]}{DELIMITER}"
        parts = "".join(out).split(DELIMITER)
        slots = [(place, parts[place].split(SEPARATOR)) for place in range(1, len(parts), 2)]
        return parts, [(place, name, values) for place, (name, *values) in slots]

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
        self.fragments = FragmentStore()
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

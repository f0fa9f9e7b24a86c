"""From Markdown's inline tokens to plain text with formats over it."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import regex
from markdown_it.token import Token

from app.essays.blocks import Format, FormatTag

# Unicode's stream-safe limit. Longer runs occur in no language, and to normalise them takes quadratic time.
MAX_COMBINING_MARKS = 30
SAFE_SCHEMES = frozenset({"http", "https", "mailto"})

# An entity can bring in any of these; browsers show them all as one space.
_WHITE_SPACE = re.compile(r"[\t\n\v\f\r\x1c-\x20\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PILED_MARKS = regex.compile(rf"\p{{M}}{{{MAX_COMBINING_MARKS + 1}}}")
_FORMATS: dict[str, FormatTag] = {"em": "em", "strong": "strong", "link": "link"}


@dataclass(frozen=True, slots=True)
class Inline:
    """A block's text and its formats, counted from the block's own start."""

    text: str
    formats: tuple[Format, ...] = ()


@dataclass(slots=True)
class _Writer:
    """Collects text and formats; a format takes its place in the list when it opens, so outer ones come first."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    formats: list[Format | None] = field(default_factory=list)
    opened: list[tuple[int, int, FormatTag, str | None]] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def open(self, tag: FormatTag, href: str | None = None) -> None:
        self.opened.append((len(self.formats), self.length, tag, href))
        self.formats.append(None)

    def close(self) -> None:
        place, start, tag, href = self.opened.pop()
        is_shown = self.length > start and (tag != "link" or href is not None)
        self.formats[place] = Format(start, self.length, tag, href) if is_shown else None


def read_inline(tokens: Sequence[Token]) -> Inline:
    """The text and formats of an `inline` token's children, tidied and in NFC."""
    writer = _Writer()
    for token in tokens:
        _write_token(writer, token)
    formats = tuple(inline for inline in writer.formats if inline is not None)
    return compose(strip(Inline("".join(writer.pieces), formats)))


def _write_token(writer: _Writer, token: Token) -> None:
    name, _, edge = token.type.rpartition("_")
    if edge == "open" and name in _FORMATS:
        writer.open(_FORMATS[name], safe_href(str(token.attrs.get("href", ""))))
    elif edge == "close" and name in _FORMATS:
        writer.close()
    elif token.type == "code_inline":
        writer.open("code")
        writer.write(tidy(token.content))
        writer.close()
    elif token.type == "image":
        writer.write(read_inline(token.children or []).text)
    elif token.type == "hardbreak":
        writer.write("\n")
    elif token.type == "softbreak":
        writer.write(" ")
    else:
        writer.write(tidy(token.content))


def tidy(text: str) -> str:
    """Runs of white space become one space, as a browser shows them; control characters go."""
    return _CONTROLS.sub("", _WHITE_SPACE.sub(" ", text))


def safe_href(href: str) -> str | None:
    """The address if a reader may be sent there: absolute, and of a scheme that runs no code."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme not in SAFE_SCHEMES:
        return None
    return href if parts.netloc or (parts.scheme == "mailto" and parts.path) else None


def strip(inline: Inline) -> Inline:
    """Without white space at either end."""
    text = inline.text.strip()
    if text == inline.text:
        return inline
    offset = len(inline.text) - len(inline.text.lstrip())
    return _moved(inline.formats, lambda place: min(max(place - offset, 0), len(text)), text)


def compose(inline: Inline) -> Inline:
    """In NFC, although source and parts are: a format's edge or an entity can bring a letter and its accent together.

    Composition never reaches over a grapheme cluster, so an edge inside a cluster moves to the cluster's end.
    """
    refuse_piled_marks(inline.text)
    if unicodedata.is_normalized("NFC", inline.text):
        return inline
    old_ends, new_ends, pieces = [0], [0], []
    for cluster in regex.findall(r"\X", inline.text):
        pieces.append(unicodedata.normalize("NFC", cluster))
        old_ends.append(old_ends[-1] + len(cluster))
        new_ends.append(new_ends[-1] + len(pieces[-1]))

    def moved(place: int) -> int:
        before = bisect_right(old_ends, place) - 1
        return new_ends[before] if old_ends[before] == place else new_ends[before + 1]

    return _moved(inline.formats, moved, "".join(pieces))


def refuse_piled_marks(text: str) -> None:
    if _PILED_MARKS.search(text):
        raise ValueError(f"A character can carry at most {MAX_COMBINING_MARKS} combining marks.")


def join_inlines(parts: Iterable[Inline], separator: str) -> Inline:
    texts: list[str] = []
    formats: list[Format] = []
    offset = 0
    for part in parts:
        texts.append(part.text)
        formats += shift_formats(part.formats, offset)
        offset += len(part.text) + len(separator)
    return Inline(separator.join(texts), tuple(formats))


def shift_formats(formats: Iterable[Format], offset: int) -> tuple[Format, ...]:
    return tuple(replace(inline, start=inline.start + offset, end=inline.end + offset) for inline in formats)


def _moved(formats: Iterable[Format], move: Callable[[int], int], text: str) -> Inline:
    """The formats with their edges moved, which keeps them nested as long as `move` keeps order; empty ones go."""
    moved = (replace(inline, start=move(inline.start), end=move(inline.end)) for inline in formats)
    return Inline(text, tuple(inline for inline in moved if inline.start < inline.end))

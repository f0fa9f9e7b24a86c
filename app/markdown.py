"""People's text: made clean when it comes in, turned into safe HTML once, when it is written.

Everything here is pure. The HTML is kept beside its source together with RENDERER_VERSION, so that a
later version can find and render again what an earlier one has written.
"""

import re
import unicodedata
from collections.abc import Sequence
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

RENDERER_VERSION = 1

NESTING_LIMIT = 20  # Deeper quotes and lists are unreadable, and each level costs time.

# Parsing costs about 10 µs for each character that can mean something, so 2,000 of them stay far under 100 ms.
# A long argument with links, lists and emphasis in every line has a few hundred. An opening bracket counts for more:
# the parser looks for its end once for each.
MARKUP_LIMIT = 2_000
BRACKET_WEIGHT = 5

# Short rows of a table are filled up to its width, so that a few kilobytes can ask for a hundred thousand cells.
TABLE_CELL_LIMIT = 2_000

# What browsers and servers take. Links opened inside links make the parser read the rest up to 32 times.
LONGEST_ADDRESS = 2_000

ALLOWED_TAGS = frozenset(  # No images, no headings.
    {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})
LINK_REL = "nofollow ugc noopener noreferrer"

_MARKUP = re.compile(r"[\n*_`\[\]<>&|\\~!]|(?:[-+]|\d[.)])[ \t]")
_ENDLESS_LINK = re.compile(rf"\]\([^\s)]{{{LONGEST_ADDRESS}}}")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
# Control characters, the byte order mark and code points that Unicode keeps for internal use: none has a meaning on a
# page. Tab and line feed stay.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # Letters and a symbol by their category that are drawn as empty space.
_BLANK_START = re.compile(r"\A(?:[ \t]*\n)+")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """The one form in which text of several lines is stored: NFC, line feeds, no control characters, no blank ends.

    Raises ValueError, with a sentence for the form, for what PostgreSQL cannot store.
    """
    if _UNSTORABLE.search(text):
        raise ValueError("This contains a character that cannot be stored. Paste the text again as plain text.")
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_START.sub("", unicodedata.normalize("NFC", text)).rstrip()


def clean_line(text: str) -> str:
    """The same for fields of one line (names, titles): blanks become single spaces, direction controls go.

    Those controls (U+202A to U+202E, U+2066 to U+2069) would turn round the text that follows a name on the page.
    """
    return " ".join(clean_text(_BIDI_CONTROLS.sub("", text)).split())


def render_markdown(text: str) -> str:
    """Safe HTML of a CommonMark subset with tables; without raw HTML, images and bare-address links.

    Headings become bold paragraphs, because the page around an argument has its own outline. A text that consists of
    little but markup is shown as it was typed: parsing it would hold up everyone else.
    """
    return _SANITISER.clean(_as_typed(text) if _is_overloaded(text) else _PARSER.render(text))


def one_line(text: str) -> str:
    """The words of a Markdown text without its markup, on one line, for previews and titles. Not escaped."""
    return clean_line(unescape(nh3.clean(render_markdown(text), tags=set())))


def shows_something(text: str) -> bool:
    """Whether a Markdown text leaves any mark on the page but rules and boxes."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANKS for sign in one_line(text))


def _is_overloaded(text: str) -> bool:
    markup = len(_MARKUP.findall(text)) + (BRACKET_WEIGHT - 1) * text.count("[")
    return markup > MARKUP_LIMIT or cells_at_most(text) > TABLE_CELL_LIMIT or bool(_ENDLESS_LINK.search(text))


def cells_at_most(text: str) -> int:
    """An upper bound for the cells of all tables: for each block with a bar, its lines times its widest line."""
    blocks = [block.split("\n") for block in _BLANK_LINES.split(text) if "|" in block]
    return sum(len(lines) * max(line.count("|") + 1 for line in lines) for lines in blocks)


def _as_typed(text: str) -> str:
    paragraphs = _BLANK_LINES.split(escape(text, quote=False))
    return "".join("<p>" + paragraph.replace("\n", "<br>\n") + "</p>\n" for paragraph in paragraphs)


class _Renderer(RendererHTML):
    """The library's renderer, with headings as bold paragraphs."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<p><strong>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</strong></p>\n"


# Reference definitions are off as well: a long address, defined once and used thousands of times, makes megabytes.
_PARSER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING_LIMIT}, renderer_cls=_Renderer)
    .enable("table")
    .disable(["image", "html_block", "html_inline", "reference"])
)
_SANITISER = nh3.Cleaner(
    tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel=LINK_REL
)

"""The words that were found, marked in safe HTML: PostgreSQL puts control characters around them."""

from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import ColumnElement, func

_START, _STOP = "\x02", "\x03"  # clean_text() lets no control character into a text.
_WHOLE = f"HighlightAll=true, StartSel={_START}, StopSel={_STOP}"
_PIECES = f'MaxFragments=2, MaxWords=28, MinWords=10, FragmentDelimiter=" … ", StartSel={_START}, StopSel={_STOP}'


def marked_whole(text: Any, words: ColumnElement[Any]) -> ColumnElement[str]:
    """A line with every word that was found between control characters."""
    return func.ts_headline("rejoinder", text, words, _WHOLE)


def marked_pieces(text: Any, words: ColumnElement[Any]) -> ColumnElement[str]:
    """The pieces of a text around the words that were found; its beginning where there are none."""
    return func.ts_headline("rejoinder", text, words, _PIECES)


def is_marked(text: str) -> bool:
    """Whether anything was found in it."""
    return _START in text


def line_as_html(marked: str) -> Markup:
    """Escaped, with <mark> around what was found."""
    return Markup(str(escape(marked)).replace(_START, "<mark>").replace(_STOP, "</mark>"))  # noqa: S704


def pieces_as_html(marked: str, whole: str) -> Markup:
    """The same for pieces of HTML of ours, of which only the words are shown, with dots where the whole goes on."""
    pieces, words = (_words_of(html) for html in (marked, whole))
    plain = pieces.replace(_START, "").replace(_STOP, "")
    before = "" if words.startswith(plain[:20]) else "… "
    after = "" if words.endswith(plain[-20:]) else " …"
    return line_as_html(f"{before}{pieces}{after}")


def _words_of(html: str) -> str:
    return Markup(html).striptags()  # noqa: S704  (stripped, and escaped when it is shown)

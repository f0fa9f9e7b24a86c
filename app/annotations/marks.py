"""A block with its passages as HTML.

A passage is a `mark`, innermost inside emphasis and links and cut wherever one of these begins or ends. A mark is no
link itself: where passages overlap, every piece would be one more stop on the way through the page, and inside the
essay's own links it could not be one at all. Instead a short reference to its note follows each passage, as after a
footnote; its number comes from the style sheet, so that the text on the page stays the canonical text, to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from app.annotations.segments import MarkedPassage, Segment, segment_block
from app.essays.blocks import Block, Format
from app.markdown import LINK_REL

_LINE_END = "<br>\n"


class Pens(NamedTuple):
    """How a segment with its escaped content, and the reference after a passage, are written."""

    mark: Callable[[Segment, str], str]
    reference: Callable[[MarkedPassage], str]


def render_block(text: str, block: Block, passages: Iterable[MarkedPassage] = (), pens: Pens | None = None) -> Markup:
    """The inside of the block's element; `text` is that of the whole essay.

    A passage's first mark has the id `passage-<id>`. It takes no focus: words that begin with a focusable mark could
    not be selected, as the press would go to the mark. A passage's reference leads to `#note-<id>`, or to the page that
    has its note. Without passages this is the essay alone, and taking marks, references and anchors away gives that.

    The pieces are plain strings, for speed, and safe: the text is escaped, the rest is ours.
    """
    mark, reference = pens or Pens(_mark, _reference)
    opened: list[Format] = []
    waiting: list[MarkedPassage] = []
    parts: list[str] = []
    for segment in segment_block(block, passages):
        if opened or waiting or segment.formats:
            parts += _change_formats(opened, segment.formats, waiting, reference)
        parts.append(mark(segment, _lines(text[segment.start : segment.end], block)))
        waiting += segment.ending
    parts += _change_formats(opened, (), waiting, reference)
    return Markup("".join(parts))  # noqa: S704


def _lines(text: str, block: Block) -> str:
    """In prose a line end is a `br`, with the line end itself kept, so that the page's text has it as well."""
    escaped = str(escape(text))
    return escaped if block.kind == "code" else escaped.replace("\n", _LINE_END)


def _change_formats(
    opened: list[Format],
    formats: Sequence[Format],
    waiting: list[MarkedPassage],
    reference: Callable[[MarkedPassage], str],
) -> Iterator[str]:
    """Closes what ends, writes the references that wait if no link is open around them, opens what begins."""
    while opened != list(formats[: len(opened)]):
        yield _closing(opened.pop())
    if not any(inline.tag == "link" for inline in opened):
        numbered = [passage for passage in waiting if passage.number is not None]
        yield from map(reference, sorted(numbered, key=lambda passage: passage.number or 0))
        waiting.clear()
    for inline in formats[len(opened) :]:
        opened.append(inline)
        yield _opening(inline)


def _opening(inline: Format) -> str:
    return f'<a href="{escape(inline.href)}" rel="{LINK_REL}">' if inline.tag == "link" else f"<{inline.tag}>"


def _closing(inline: Format) -> str:
    return "</a>" if inline.tag == "link" else f"</{inline.tag}>"


def _mark(segment: Segment, content: str) -> str:
    if not segment.passages:
        return content
    ids = [passage.id for passage in segment.beginning]
    anchors = "".join(f'<span id="passage-{id}"></span>' for id in ids[1:])
    return f'<mark class="passage"{_attributes(segment, ids[:1])}>{anchors}{content}</mark>'


def _attributes(segment: Segment, ids: Sequence[int]) -> str:
    passages = segment.passages
    attributes = "".join(f' id="passage-{id}"' for id in ids) + _side(passages)
    if any(passage.takes_focus for passage in segment.beginning):
        attributes += ' tabindex="-1" autofocus'
    attributes += f' data-passages="{" ".join(str(passage.id) for passage in passages)}"'
    if len(passages) > 1:
        attributes += f' data-covers="{len(passages)}"'
    return attributes


def _side(passages: Sequence[MarkedPassage]) -> str:
    """Whose passage it is, if all that cover it are of one side."""
    sides = {passage.side for passage in passages}
    side = sides.pop()
    return "" if sides or side is None else f' data-side="{side}"'


def _reference(passage: MarkedPassage) -> str:
    href, side = escape(passage.href or f"#note-{passage.id}"), _side([passage])
    number, label = (passage.number, f"Note {passage.number}") if passage.number else ("–", "A note without a number")
    return f'<a class="passage-ref" href="{href}"{side} data-number="{number}" aria-label="{label}"></a>'

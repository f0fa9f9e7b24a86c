"""A block with its passages as HTML.

A passage is a `mark`, innermost inside emphasis and links and cut wherever one of these begins or ends. A mark is no
link itself: where passages overlap, every piece would be one more stop on the way through the page, and inside the
essay's own links it could not be one at all. Instead a short reference to its note follows each passage, as after a
footnote; its number comes from the style sheet, so that the text on the page stays the canonical text, to the letter.
"""

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup, escape

from app.annotations.segments import MarkedPassage, Segment, segment_block
from app.essays.blocks import Block, Format
from app.markdown import LINK_REL

_LINE_END = Markup("<br>\n")
_LINK = Markup('<a href="{}" rel="{}">')
_MARK = Markup('<mark class="passage"{}>{}{}</mark>')
_ID = Markup(' id="passage-{}" tabindex="-1"')
_ANCHOR = Markup('<span id="passage-{}" tabindex="-1"></span>')
_REFERENCE = Markup('<a class="passage-ref" href="{}"{} data-number="{}" aria-label="Note {}"></a>')


def render_block(text: str, block: Block, passages: Iterable[MarkedPassage] = ()) -> Markup:
    """The inside of the block's element; `text` is that of the whole essay.

    A passage's first mark has the id `passage-<id>` and takes the focus of those who follow a link to it; its reference
    leads to `#note-<id>`, or to the page that has its note. Without passages this is the essay alone, and taking marks,
    references and anchors away gives just that.
    """
    opened: list[Format] = []
    waiting: list[MarkedPassage] = []
    parts: list[Markup] = []
    for segment in segment_block(block, passages):
        parts += _change_formats(opened, segment.formats, waiting)
        parts.append(_mark(segment, _lines(text[segment.start : segment.end], block)))
        waiting += segment.ending
    parts += _change_formats(opened, (), waiting)
    return Markup("").join(parts)


def _lines(text: str, block: Block) -> Markup:
    """In prose a line end is a `br`, with the line end itself kept, so that the page's text has it as well."""
    return escape(text) if block.kind == "code" else _LINE_END.join(text.split("\n"))


def _change_formats(opened: list[Format], formats: Sequence[Format], waiting: list[MarkedPassage]) -> Iterator[Markup]:
    """Closes what ends, writes the references that wait if no link is open around them, opens what begins."""
    while opened != list(formats[: len(opened)]):
        yield _closing(opened.pop())
    if not any(inline.tag == "link" for inline in opened):
        numbered = [passage for passage in waiting if passage.number is not None]
        yield from map(_reference, sorted(numbered, key=lambda passage: passage.number or 0))
        waiting.clear()
    for inline in formats[len(opened) :]:
        opened.append(inline)
        yield _opening(inline)


def _opening(inline: Format) -> Markup:
    return _LINK.format(inline.href, LINK_REL) if inline.tag == "link" else Markup("<{}>").format(inline.tag)


def _closing(inline: Format) -> Markup:
    return Markup("</{}>").format("a" if inline.tag == "link" else inline.tag)


def _mark(segment: Segment, content: Markup) -> Markup:
    if not segment.passages:
        return content
    ids = [passage.id for passage in segment.beginning]
    anchors = Markup("").join(map(_ANCHOR.format, ids[1:]))
    return _MARK.format(_attributes(segment, ids[:1]), anchors, content)


def _attributes(segment: Segment, ids: Sequence[int]) -> Markup:
    passages = segment.passages
    attributes = Markup("").join(map(_ID.format, ids)) + _side(passages)
    attributes += Markup(' data-passages="{}"').format(" ".join(str(passage.id) for passage in passages))
    if len(passages) > 1:
        attributes += Markup(' data-covers="{}"').format(len(passages))
    return attributes


def _side(passages: Sequence[MarkedPassage]) -> Markup:
    """Whose passage it is, if all that cover it are of one side."""
    sides = {passage.side for passage in passages}
    side = sides.pop()
    return Markup("") if sides or side is None else Markup(' data-side="{}"').format(side)


def _reference(passage: MarkedPassage) -> Markup:
    href = passage.href or f"#note-{passage.id}"
    return _REFERENCE.format(href, _side([passage]), passage.number, passage.number)

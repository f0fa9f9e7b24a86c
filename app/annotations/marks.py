"""A block with its passages as HTML.

A passage is a `mark`, innermost inside emphasis and links and cut wherever one of these begins or ends. A mark is no
link itself: where passages overlap, every piece would be one more stop on the way through the page, and inside the
essay's own links it could not be one at all. Instead a short reference to its note follows each passage, as after a
footnote; its number comes from the style sheet, so that the text on the page stays the canonical text, to the letter.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from app.annotations.segments import UNNUMBERED, MarkedPassage, Segment, segment_block
from app.essays.blocks import Block, Format
from app.markdown import LINK_REL

_LINE_END = "<br>\n"


class Pens(NamedTuple):
    """How a segment that passages cover, with its escaped content, and the reference after a passage are written."""

    mark: Callable[[Segment, str], str]
    reference: Callable[[MarkedPassage], str]


def render_block(
    text: str, block: Block, passages: Iterable[MarkedPassage] = (), pens: Pens | None = None, *, offset: int = 0
) -> Markup:
    """The inside of the block's element; `text` is that of the whole essay, or of a part of it from `offset` on.

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
        if opened or segment.formats:
            parts += _change_formats(opened, segment.formats, waiting, reference)
        elif waiting:
            parts += _refer(waiting, reference)
        words = _lines(text[segment.start - offset : segment.end - offset], block)
        parts.append(mark(segment, words) if segment.passages else words)
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
        yield from _refer(waiting, reference)
    for inline in formats[len(opened) :]:
        opened.append(inline)
        yield _opening(inline)


def _refer(waiting: list[MarkedPassage], reference: Callable[[MarkedPassage], str]) -> list[str]:
    """The references that wait, in the order of their numbers; none is left to wait."""
    numbered = [passage for passage in waiting if passage.number is not None]
    waiting.clear()
    return [reference(passage) for passage in sorted(numbered, key=_number)] if numbered else []


def _number(passage: MarkedPassage) -> int:
    return passage.number or UNNUMBERED


def _opening(inline: Format) -> str:
    return f'<a href="{escape(inline.href)}" rel="{LINK_REL}">' if inline.tag == "link" else f"<{inline.tag}>"


def _closing(inline: Format) -> str:
    return "</a>" if inline.tag == "link" else f"</{inline.tag}>"


def _mark(segment: Segment, content: str) -> str:
    if len(segment.beginning) > 1:
        content = "".join(f'<span id="passage-{passage.id}"></span>' for passage in segment.beginning[1:]) + content
    return f'<mark class="passage"{_attributes(segment.passages, segment.beginning)}>{content}</mark>'


def _attributes(passages: Sequence[MarkedPassage], beginning: Sequence[MarkedPassage]) -> str:
    id, focus = f' id="passage-{beginning[0].id}"' if beginning else "", ""
    for passage in beginning:
        if passage.takes_focus:
            focus = ' tabindex="-1" autofocus'
    if len(passages) == 1:
        return f'{id}{_side(passages)}{focus} data-passages="{passages[0].id}"'
    names = " ".join([str(passage.id) for passage in passages])
    return f'{id}{_side(passages)}{focus} data-passages="{names}" data-covers="{len(passages)}"'


def _side(passages: Sequence[MarkedPassage]) -> str:
    """Whose passage it is, if all that cover it are of one side."""
    side = passages[0].side
    if side is None or any(passage.side != side for passage in passages):
        return ""
    return f' data-side="{side}"'


def _reference(passage: MarkedPassage) -> str:
    href, side = escape(passage.href) if passage.href else f"#note-{passage.id}", _side([passage])
    number, label = (passage.number, f"Note {passage.number}") if passage.number else ("–", "A note without a number")
    return f'<a class="passage-ref" href="{href}"{side} data-number="{number}" aria-label="{label}"></a>'

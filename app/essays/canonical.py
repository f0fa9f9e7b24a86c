"""From an essay's Markdown to its canonical text.

NFC, `\\n` line ends, blocks separated by `\\n\\n`; a hard break inside a block is one `\\n`. Reading is left to
markdown-it: CommonMark without raw HTML, which stays text. Tables have no block kind here: each becomes one
paragraph with a line for each row.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.essays.blocks import Block, BlockKind, CanonicalEssay, Container, ContainerKind
from app.essays.inline import Inline, join_inlines, read_inline, refuse_piled_marks, shift_formats
from app.markdown import cells_at_most, clean_text

# About 65,000 words, a short book: beyond that a debate cannot be one essay, and a page cannot show it whole.
MAX_ESSAY_CHARACTERS = 400_000
# markdown-it drops what lies deeper without a word; a list takes two levels. Deeper essays are refused instead.
MAX_NESTING = 40

# The parser fills up short rows, so a few kilobytes can ask for millions of cells; and it looks for the end of every
# opening bracket. Both limits are far above any essay and keep parsing near a second.
MAX_TABLE_CELLS = 20_000
MAX_BRACKETS = 20_000
# A reference defined once can be used often: the addresses together may be as long as the essay.
MAX_ADDRESS_CHARACTERS = MAX_ESSAY_CHARACTERS

BLOCK_SEPARATOR = "\n\n"
CELL_SEPARATOR = " | "

_PARAGRAPH_ENDS = re.compile("[\f\u2029]")
_LINE_ENDS = re.compile("[\v\x85]")
_CONTAINERS: dict[str, ContainerKind] = {
    "blockquote_open": "quote",
    "ordered_list_open": "ordered",
    "bullet_list_open": "unordered",
}

_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table")
# Every link is read, so that an unsafe one loses its address and not its text.
_markdown.validateLink = lambda url: True  # type: ignore[method-assign]


def parse_essay(markdown: str) -> CanonicalEssay:
    """Raises ValueError, with a message for the person who wrote it, if the essay is empty or beyond a limit."""
    _refuse_excess(markdown)
    source = clean_text(_LINE_ENDS.sub("\n", _PARAGRAPH_ENDS.sub("\n\n", markdown)))
    tokens = _markdown.parse(source)
    if any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in tokens):
        raise ValueError(f"Lists and quotations can be nested at most {MAX_NESTING // 2} deep.")
    leaves = list(_Outline().read(tokens))
    if not leaves:
        raise ValueError("The essay has no text.")
    text = BLOCK_SEPARATOR.join(leaf.inline.text for leaf in leaves)
    blocks = tuple(_place(leaves))
    if sum(len(inline.href or "") for block in blocks for inline in block.formats) > MAX_ADDRESS_CHARACTERS:
        raise ValueError("The addresses of the essay's links are too long altogether.")
    return CanonicalEssay(text, hashlib.sha256(text.encode()).hexdigest(), blocks)


def _refuse_excess(markdown: str) -> None:
    if len(markdown) > MAX_ESSAY_CHARACTERS:
        length = len(markdown)
        raise ValueError(f"An essay can have at most {MAX_ESSAY_CHARACTERS:,} characters; this one has {length:,}.")
    if cells_at_most(markdown) > MAX_TABLE_CELLS:
        raise ValueError(f"An essay's tables can have at most {MAX_TABLE_CELLS:,} cells altogether.")
    if markdown.count("[") > MAX_BRACKETS:
        raise ValueError(f"An essay can have at most {MAX_BRACKETS:,} square brackets.")
    refuse_piled_marks(markdown)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A block before its place in the text is known."""

    kind: BlockKind
    level: int
    containers: tuple[Container, ...]
    inline: Inline
    rule_before: bool


def _place(leaves: Sequence[_Leaf]) -> Iterator[Block]:
    start = 0
    for number, leaf in enumerate(leaves, start=1):
        end = start + len(leaf.inline.text)
        yield Block(
            number=number,
            kind=leaf.kind,
            start=start,
            end=end,
            level=leaf.level,
            containers=leaf.containers,
            formats=shift_formats(leaf.inline.formats, start),
            rule_before=leaf.rule_before,
        )
        start = end + len(BLOCK_SEPARATOR)


@dataclass(slots=True)
class _Outline:
    """Walks the block tokens and remembers where it is."""

    containers: list[Container] = field(default_factory=list)
    containers_seen: int = 0
    level: int = 0
    rule_before: bool = False

    def read(self, tokens: Sequence[Token]) -> Iterator[_Leaf]:
        stream = iter(tokens)
        for token in stream:
            if token.type == "table_open":
                yield from self._leaf(self._kind(), _read_table(stream))
            elif token.type == "inline":
                yield from self._leaf(self._kind(), read_inline(token.children or []))
            elif token.type in ("fence", "code_block"):
                yield from self._leaf("code", _read_code(token.content))
            else:
                self._move(token)

    def _leaf(self, kind: BlockKind, inline: Inline) -> Iterator[_Leaf]:
        if not inline.text.strip():
            return
        yield _Leaf(kind, self.level, tuple(self.containers), inline, self.rule_before)
        self.rule_before = False

    def _kind(self) -> BlockKind:
        if self.level:
            return "heading"
        if not self.containers:
            return "paragraph"
        return "quote" if self.containers[-1].kind == "quote" else "item"

    def _move(self, token: Token) -> None:
        if token.type in _CONTAINERS:
            self.containers_seen += 1
            self.containers.append(Container(_CONTAINERS[token.type], self.containers_seen))
        elif token.type.removesuffix("_close") + "_open" in _CONTAINERS:
            self.containers.pop()
        elif token.type == "list_item_open":
            container = self.containers[-1]
            self.containers[-1] = replace(container, item=int(token.info or container.item + 1))
        elif token.type in ("heading_open", "heading_close"):
            self.level = int(token.tag[1:]) if token.nesting == 1 else 0
        elif token.type == "hr":
            self.rule_before = True


def _read_code(content: str) -> Inline:
    """The lines as they are, indented or not, without empty ones at either end."""
    return Inline(re.sub(r"\A(?:[ \t]*\n)+", "", content).rstrip())


def _read_table(stream: Iterator[Token]) -> Inline:
    rows: list[list[Inline]] = []
    for token in stream:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(read_inline(token.children or []))
        elif token.type == "table_close":
            break
    return join_inlines((join_inlines(row, CELL_SEPARATOR) for row in rows), "\n")

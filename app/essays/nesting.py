"""The quotations and lists around an essay's blocks, as tags to open before and close after each block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from markupsafe import Markup

from app.essays.blocks import Block, Container

_OPENING = {"quote": Markup("<blockquote>"), "ordered": Markup("<ol>"), "unordered": Markup("<ul>")}
_NEXT_ITEM_CLOSING = Markup("</li>")
_CLOSING = {"quote": Markup("</blockquote>"), "ordered": Markup("</li></ol>"), "unordered": Markup("</li></ul>")}


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A template writes `opening`, the block's own element, `closing`; all in turn give well-formed HTML."""

    opening: Markup
    block: Block
    closing: Markup


def nest_blocks(blocks: Sequence[Block]) -> Iterator[NestedBlock]:
    before: tuple[Container, ...] = ()
    for place, block in enumerate(blocks):
        following = blocks[place + 1].containers if place + 1 < len(blocks) else ()
        yield NestedBlock(_opening(before, block.containers), block, _closing(block.containers, following))
        before = block.containers


def _opening(before: Sequence[Container], containers: Sequence[Container]) -> Markup:
    shared = _shared(before, containers)
    tags = Markup("")
    for depth, container in enumerate(containers[shared:], start=shared):
        tags += Markup("") if _is_same_list(before, containers, depth) else _OPENING[container.kind]
        tags += _item(container)
    return tags


def _closing(containers: Sequence[Container], following: Sequence[Container]) -> Markup:
    shared = _shared(containers, following)
    tags = Markup("")
    for depth in reversed(range(shared, len(containers))):
        is_same_list = _is_same_list(containers, following, depth)
        tags += _NEXT_ITEM_CLOSING if is_same_list else _CLOSING[containers[depth].kind]
    return tags


def _item(container: Container) -> Markup:
    """An ordered item says its number, as items without text are left out."""
    if container.kind == "quote":
        return Markup("")
    return Markup('<li value="{}">').format(container.item) if container.kind == "ordered" else Markup("<li>")


def _shared(one: Sequence[Container], other: Sequence[Container]) -> int:
    """How many containers, from the outermost on, hold both; two items of one list do not share it."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _is_same_list(one: Sequence[Container], other: Sequence[Container], depth: int) -> bool:
    return len(one) > depth and len(other) > depth and one[depth].number == other[depth].number


def rank_headings(blocks: Sequence[Block]) -> Iterator[int]:
    """For each block the level of its heading, from 1 and without gaps whatever levels the essay uses; else 0."""
    open_levels: list[int] = []
    for block in blocks:
        if block.kind != "heading":
            yield 0
            continue
        open_levels = [level for level in open_levels if level < block.level] + [block.level]
        yield len(open_levels)

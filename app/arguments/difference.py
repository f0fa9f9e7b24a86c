"""What an edit changed, word by word, for the public history of an argument.

By RapidFuzz, because the standard library's comparison takes half a minute for two texts of a few common words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from typing import Literal

from markupsafe import Markup
from rapidfuzz.distance import Indel

# Comparing takes time and memory by the product of both lengths: this many words together are done in 50 ms. Beyond
# that the changed part is shown as taken out and put in as a whole.
MAX_COMPARED_WORDS = 20_000

Operation = Literal["equal", "insert", "delete"]
Change = tuple[Operation, str]

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_TAGS = {"insert": Markup("<ins>{}</ins>"), "delete": Markup("<del>{}</del>"), "equal": Markup("{}")}


def diff_words(old: str, new: str) -> list[Change]:
    """The changes in order: what is equal or deleted gives `old`, what is equal or inserted gives `new`."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    middle = _compare(before[head : len(before) - tail], after[head : len(after) - tail])
    changes: list[Change] = [
        ("equal", "".join(before[:head])),
        *middle,
        ("equal", "".join(before[len(before) - tail :])),
    ]
    return list(_joined(changes))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """Blanks and punctuation alone do not count as kept: they are everywhere, and would cut a change to pieces."""
    if len(before) + len(after) > MAX_COMPARED_WORDS:
        yield from (("delete", "".join(before)), ("insert", "".join(after)))
        return
    for step in Indel.opcodes(before, after):
        kept = "".join(before[step.src_start : step.src_end])
        if step.tag == "equal" and any(map(str.isalnum, kept)):
            yield "equal", kept
        else:
            yield "delete", kept
            yield "insert", "".join(after[step.dest_start : step.dest_end])


def _joined(changes: Iterable[Change]) -> Iterator[Change]:
    """Everything taken out between two equal parts, then everything put in there; without what is empty."""
    for is_equal, group in groupby(
        (change for change in changes if change[1]), key=lambda change: change[0] == "equal"
    ):
        parts = list(group)
        operations: tuple[Operation, ...] = ("equal",) if is_equal else ("delete", "insert")
        for operation in operations:
            text = "".join(part for kind, part in parts if kind == operation)
            if text:
                yield operation, text


def render_difference(changes: Iterable[Change]) -> Markup:
    """Safe HTML with `ins` and `del`; line ends stay as they are and need `white-space: pre-wrap`."""
    return Markup("").join(_TAGS[operation].format(text) for operation, text in changes)

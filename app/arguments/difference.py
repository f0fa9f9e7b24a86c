"""What an edit changed, word by word, for the public history of an argument."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, takewhile
from typing import Literal

from markupsafe import Markup

# Comparing takes quadratic time where texts have little in common: this many words keep it under a second. Beyond it
# the changed part is shown as taken out and put in as a whole.
MAX_COMPARED_WORDS = 4_000

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
    if len(before) + len(after) > MAX_COMPARED_WORDS:
        yield from (("delete", "".join(before)), ("insert", "".join(after)))
        return
    # Blanks between words are as good as everywhere: an edit is found by its words, not by them.
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
    for operation, start, end, new_start, new_end in matcher.get_opcodes():
        if operation == "equal":
            yield "equal", "".join(before[start:end])
        else:
            yield "delete", "".join(before[start:end])
            yield "insert", "".join(after[new_start:new_end])


def _joined(changes: Iterable[Change]) -> Iterator[Change]:
    """Without empty changes, and with neighbours of one kind put together."""
    shown = [change for change in changes if change[1]]
    for operation, group in groupby(shown, key=lambda change: change[0]):
        yield operation, "".join(text for _, text in group)


def render_difference(changes: Iterable[Change]) -> Markup:
    """Safe HTML with `ins` and `del`; line ends stay as they are and need `white-space: pre-wrap`."""
    return Markup("").join(_TAGS[operation].format(text) for operation, text in changes)

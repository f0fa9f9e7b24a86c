"""What a new wording changes, paragraph by paragraph and within them word by word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from markupsafe import Markup

from app.arguments.difference import diff_words, render_difference
from app.revisions.paragraph_pairs import find_steady, pair_paragraphs

DIFFERENCES_KEPT = 50  # Two wordings never change; comparing long ones takes a second.

ParagraphChange = Literal["same", "changed", "moved", "added", "removed"]


@dataclass(frozen=True, slots=True)
class ComparedParagraph:
    """`old` and `new` are the paragraph's numbers where it is there; `count` of a run of unchanged ones.

    A paragraph that has moved may have changed words too: then `is_reworded`.
    """

    change: ParagraphChange
    old: int | None
    new: int | None
    html: Markup
    count: int = 1
    is_reworded: bool = False


@lru_cache(DIFFERENCES_KEPT)
def compare_paragraphs(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[ComparedParagraph, ...]:
    """In the order of the new wording, what left it before what came in its place."""
    return tuple(_fold(_compare(old, new)))


def count_changes(paragraphs: Sequence[ComparedParagraph]) -> dict[ParagraphChange, int]:
    counts: dict[ParagraphChange, int] = {"changed": 0, "moved": 0, "added": 0, "removed": 0, "same": 0}
    for paragraph in paragraphs:
        counts[paragraph.change] += paragraph.count
    return counts


def _fold(paragraphs: Iterator[ComparedParagraph]) -> Iterator[ComparedParagraph]:
    """Unchanged neighbours as one."""
    run: ComparedParagraph | None = None
    for paragraph in paragraphs:
        if run and paragraph.change == "same" and _follows(run, paragraph):
            run = replace(run, count=run.count + 1)
            continue
        if run:
            yield run
        run = paragraph if paragraph.change == "same" else None
        if run is None:
            yield paragraph
    if run:
        yield run


def _follows(run: ComparedParagraph, paragraph: ComparedParagraph) -> bool:
    return (run.old or 0) + run.count == paragraph.old and (run.new or 0) + run.count == paragraph.new


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[ComparedParagraph]:
    pairs = pair_paragraphs(old, new)
    steady, stayed = find_steady(pairs), set(pairs.values())
    row = column = 0
    for end in [*sorted(steady), len(new)]:
        old_end = pairs[end] if end in steady else len(old)
        yield from (_removed(index, old[index]) for index in range(row, old_end) if index not in stayed)
        yield from (_came(index, pairs.get(index), old, new) for index in range(column, end))
        if end in steady:
            yield _stayed(end, old_end, old, new)
        row, column = old_end + 1, end + 1


def _removed(index: int, text: str) -> ComparedParagraph:
    return ComparedParagraph("removed", index + 1, None, Markup("<del>{}</del>").format(text))


def _came(index: int, origin: int | None, old: Sequence[str], new: Sequence[str]) -> ComparedParagraph:
    if origin is None:
        return ComparedParagraph("added", None, index + 1, Markup("<ins>{}</ins>").format(new[index]))
    paragraph = _stayed(index, origin, old, new)
    return replace(paragraph, change="moved", is_reworded=paragraph.change == "changed")


def _stayed(index: int, origin: int, old: Sequence[str], new: Sequence[str]) -> ComparedParagraph:
    if old[origin] == new[index]:
        return ComparedParagraph("same", origin + 1, index + 1, Markup.escape(new[index]))
    html = render_difference(diff_words(old[origin], new[index]))
    return ComparedParagraph("changed", origin + 1, index + 1, html, is_reworded=True)

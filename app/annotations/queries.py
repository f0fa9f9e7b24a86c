"""What the pages of the essay read; each page in a fixed number of statements, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import select, true
from sqlalchemy.orm import aliased

from app.annotations.cards import AnnotationCard
from app.annotations.filters import NoteFilter
from app.annotations.marks import render_block
from app.annotations.notes import (
    NotedParagraph,
    Pointer,
    choose_notes,
    count_annotations,
    count_arguments,
    count_lines,
    note_paragraphs,
    number_passages,
    one_side,
)
from app.annotations.pointers import Contents, count_orphans, count_passages_above, load_contents, load_pointers
from app.annotations.segments import MarkedPassage
from app.arguments.cards import ArgumentCard
from app.arguments.queries import Cited, select_cited
from app.db import Reader
from app.errors import NotFound
from app.essays.blocks import Block
from app.essays.queries import Revision, load_paragraph, load_paragraphs, load_revision
from app.models import Passage, Placement, Position
from app.targets import DebateHead

# While each note of a paragraph may take as many lines, a passage's further notes stand on the essay's page as well. In
# crowded paragraphs they come when somebody asks for them: on a page of a thousand notes they weigh 22 kB.
LINES_OF_FREE_NOTES = 2
NOTES_ON_PAGE = 50  # On the page of one paragraph or passage; the rest follows on further pages.


@dataclass(frozen=True, slots=True)
class EssayPage:
    revision: Revision
    chosen: NoteFilter
    sides: list[tuple[int, str]]
    paragraphs: list[NotedParagraph]
    contents: Contents
    argument_count: int
    annotation_count: int
    orphan_count: int  # Passages that something listed points at and that this revision no longer has.
    unlisted_passages: dict[int, list[int]]  # By paragraph: their addresses lead to this page as well.


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Which of the pages that all notes of a paragraph or passage take, from 1."""

    number: int
    count: int

    @property
    def first(self) -> int:
        """The place of the page's first note among all, from 0."""
        return (self.number - 1) * NOTES_ON_PAGE

    @property
    def is_last(self) -> bool:
        return self.number == self.count


@dataclass(frozen=True, slots=True)
class ParagraphPage:
    """One paragraph with everything that points at it; what is hidden or withdrawn keeps its place."""

    revision: Revision
    paragraph: NotedParagraph
    contents: Contents
    page: PageNumber


@dataclass(frozen=True, slots=True)
class PassagePage:
    """One passage, marked in its paragraph, with everything that points at it.

    An orphan is shown in the last revision that had its words.
    """

    revision: Revision
    passage: Cited
    place: "ShownPlace"
    block: Block
    html: Markup
    arguments: list[ArgumentCard]
    annotations: list[AnnotationCard]
    page: PageNumber
    leader: Pointer | None  # What speaks for it in the essay's margin.


async def load_essay_page(
    db: Reader, debate: DebateHead, chosen: NoteFilter, reader_id: int | None, revision: Revision | None = None
) -> EssayPage:
    """The newest revision with the notes that the filter admits, or another one with all notes: its paragraphs have no
    pages of their own for more. What is hidden or withdrawn is left out."""
    is_newest = revision is None
    revision = revision or await load_revision(db, debate.id)
    blocks = [paragraph.block for paragraph in await load_paragraphs(db, revision)]
    sides = await _load_sides(db, debate.id)
    chosen = chosen.keep("position", chosen.position, {str(number) for number, _ in sides})
    pointers = await load_pointers(db, revision)
    listed = [pointer for pointer in pointers if pointer.is_listed and chosen.admits(pointer, reader_id)]
    room = {block.number: count_lines(block) if is_newest else len(listed) for block in blocks}
    free_lines = LINES_OF_FREE_NOTES if is_newest else 1
    numbers = number_passages(pointers)
    notes = choose_notes(
        listed, numbers, room.__getitem__, further_limit=lambda number: room[number] // free_lines, keeps_last=True
    )
    paragraphs = note_paragraphs(revision.text, blocks, listed, notes, f"{debate.url}/passages")
    return EssayPage(
        revision=revision,
        chosen=chosen,
        sides=sides,
        paragraphs=paragraphs,
        contents=await load_contents(db, debate.id, chain.from_iterable(shown.pointers for shown in paragraphs)),
        argument_count=count_arguments(listed),
        annotation_count=count_annotations(listed),
        orphan_count=await count_orphans(db, revision),
        unlisted_passages=_unlisted_passages(pointers, {pointer.passage_id for pointer in listed}),
    )


def _unlisted_passages(pointers: Sequence[Pointer], listed_ids: set[int]) -> dict[int, list[int]]:
    passages: dict[int, list[int]] = {}
    for passage_id, number in dict.fromkeys((pointer.passage_id, pointer.paragraph_number) for pointer in pointers):
        if passage_id not in listed_ids:
            passages.setdefault(number, []).append(passage_id)
    return passages


async def _load_sides(db: Reader, debate_id: int) -> list[tuple[int, str]]:
    statement = select(Position.number, Position.name).where(Position.debate_id == debate_id).order_by(Position.number)
    return [(number, name) for number, name in await db.execute(statement)]


async def load_paragraph_page(db: Reader, debate: DebateHead, paragraph_number: int, page_number: int) -> ParagraphPage:
    revision = await load_revision(db, debate.id)
    block = (await load_paragraph(db, revision, paragraph_number)).block
    pointers = await load_pointers(db, revision, paragraph_number=paragraph_number)
    page = _page(pointers, page_number)
    numbers = number_passages(pointers, await count_passages_above(db, revision, paragraph_number))
    notes = choose_notes(pointers, numbers, lambda _: NOTES_ON_PAGE, page.first)
    [paragraph] = note_paragraphs(revision.text, [block], pointers, notes, f"{debate.url}/passages")
    contents = await load_contents(db, debate.id, paragraph.pointers)
    return ParagraphPage(revision, paragraph, contents, page)


async def load_passage_page(db: Reader, debate: DebateHead, passage_id: int, page_number: int) -> PassagePage:
    passage, place = await find_passage(db, debate.id, passage_id)
    revision = await load_revision(db, debate.id, place.revision_id)
    block = (await load_paragraph(db, revision, place.paragraph_number)).block
    pointers = await load_pointers(db, revision, passage_id=passage_id)
    page = _page(pointers, page_number)
    shown = pointers[page.first : page.first + NOTES_ON_PAGE]
    contents = await load_contents(db, debate.id, shown)
    mark = MarkedPassage(passage_id, place.start, place.end, None, one_side(pointers), takes_focus=True)
    return PassagePage(
        revision=revision,
        passage=passage,
        place=place,
        block=block,
        html=render_block(revision.text, block, [mark]),
        arguments=[contents.arguments[pointer.argument_id] for pointer in shown if pointer.argument_id],
        annotations=[contents.annotations[pointer.annotation_id] for pointer in shown if pointer.annotation_id],
        page=page,
        leader=next((pointer for pointer in pointers if pointer.is_listed), None),
    )


def _page(pointers: Sequence[Pointer], number: int) -> PageNumber:
    count = max(1, -(-len(pointers) // NOTES_ON_PAGE))
    if number > count:
        raise NotFound("There are not that many notes here.")
    return PageNumber(number, count)


class ShownPlace(NamedTuple):
    """Where a passage stands on the newest revision that has it."""

    revision_id: int
    paragraph_number: int
    start: int
    end: int


async def find_passage(db: Reader, debate_id: int, passage_id: int) -> tuple[Cited, ShownPlace]:
    standing = aliased(Placement)
    columns = (standing.revision_id, standing.paragraph_number, standing.start, standing.end)
    last = (
        select(*columns)
        .where(standing.debate_id == Passage.debate_id, standing.passage_id == Passage.id, standing.start.is_not(None))
        .order_by(standing.revision_id.desc())
        .limit(1)
        .lateral("last")
    )
    statement = select_cited(*last.c).join(last, true()).where(Passage.debate_id == debate_id, Passage.id == passage_id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no such passage in this debate.")
    return Cited._make(row[: len(Cited._fields)]), ShownPlace._make(row[len(Cited._fields) :])

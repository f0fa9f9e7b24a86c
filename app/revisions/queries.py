"""What readers see of an essay's revisions: their list, one of them, what one changed, and what has lost its place."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.annotations.filters import NoteFilter
from app.annotations.pointers import is_pointed_at
from app.annotations.queries import EssayPage, load_essay_page
from app.db import Reader
from app.errors import NotFound
from app.essays.blocks import Block
from app.essays.queries import Revision, load_paragraphs, load_revision
from app.models import EssayRevision, Paragraph, Placement, PlacementState, User
from app.revisions.following import Standing
from app.revisions.outlook import Pointed, load_paragraph_texts, load_pointed
from app.revisions.paragraph_difference import ComparedParagraph, compare_paragraphs
from app.revisions.placing import nearest_paragraph, old_place
from app.revisions.standings import load_ground
from app.targets import DebateHead

ORPHANS_SHOWN = 50  # On one page: each brings two paragraphs.


class RevisionLine(NamedTuple):
    id: int
    number: int
    published_at: datetime
    note: str
    publisher_username: str | None
    publisher_name: str | None


@dataclass(frozen=True, slots=True)
class ListedRevision:
    """`counts` are of passages that something listed points at."""

    line: RevisionLine
    counts: Mapping[PlacementState, int]


@dataclass(frozen=True, slots=True)
class OldRevisionPage:
    essay: EssayPage
    line: RevisionLine
    newest: int

    @property
    def is_newest(self) -> bool:
        return self.line.number == self.newest


@dataclass(frozen=True, slots=True)
class DifferencePage:
    title: str
    before: RevisionLine
    after: RevisionLine
    numbers: Sequence[int]
    paragraphs: Sequence[ComparedParagraph]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A passage that has no place now, and why."""

    standing: Standing
    reason: str
    placed_by: str | None
    pointed: Pointed


@dataclass(frozen=True, slots=True)
class OldParagraph:
    """A paragraph of the last revision that had the orphans, with these marked, beside the essay as it reads now."""

    revision_number: int
    number: int
    html: Markup
    orphans: Sequence[Orphan]
    now: Block
    now_text: str
    is_alike: bool  # Whether the paragraph of now was found by its words; otherwise it stands in the same place.


@dataclass(frozen=True, slots=True)
class OrphansPage:
    revision: Revision
    paragraphs: Sequence[OldParagraph]
    count: int
    number: int

    @property
    def is_last(self) -> bool:
        return self.number * ORPHANS_SHOWN >= self.count


_LINE = (
    EssayRevision.id, EssayRevision.number, EssayRevision.published_at, EssayRevision.note,
    User.username, User.display_name,
)  # fmt: skip


async def load_revision_lines(db: Reader, debate_id: int) -> list[RevisionLine]:
    """The newest first."""
    statement = (
        select(*_LINE)
        .outerjoin(User, User.id == EssayRevision.publisher_id)
        .where(EssayRevision.debate_id == debate_id)
        .order_by(EssayRevision.number.desc())
    )
    lines = [RevisionLine._make(row) for row in await db.execute(statement)]
    if not lines:
        raise NotFound("This debate has no essay yet.")
    return lines


async def load_revisions(db: Reader, debate_id: int) -> list[ListedRevision]:
    lines = await load_revision_lines(db, debate_id)
    statement = (
        select(Placement.revision_id, Placement.state, func.count())
        .where(Placement.debate_id == debate_id, is_pointed_at())
        .group_by(Placement.revision_id, Placement.state)
    )
    counts: dict[int, dict[PlacementState, int]] = {line.id: {} for line in lines}
    for revision_id, state, count in await db.execute(statement):
        counts[revision_id][state] = count
    return [ListedRevision(line, counts[line.id]) for line in lines]


async def load_old_revision(db: Reader, debate: DebateHead, number: int) -> OldRevisionPage:
    """A revision with its annotations as they stood on it."""
    lines = await load_revision_lines(db, debate.id)
    line = _numbered(lines, number)
    revision = await load_revision(db, debate.id, line.id)
    essay = await load_essay_page(db, debate, NoteFilter(), None, revision)
    return OldRevisionPage(essay, line, lines[0].number)


def _numbered(lines: Sequence[RevisionLine], number: int) -> RevisionLine:
    if (line := next((line for line in lines if line.number == number), None)) is None:
        raise NotFound("The essay has no revision of this number.")
    return line


async def load_difference(db: Reader, debate_id: int, number: int, since: int | None) -> DifferencePage:
    """What a revision changed, compared with the one before it or with `since`."""
    lines = await load_revision_lines(db, debate_id)
    after, before = _numbered(lines, number), _numbered(lines, since or number - 1)
    new, old = await load_revision(db, debate_id, after.id), await load_revision(db, debate_id, before.id)
    texts = await load_paragraph_texts(db, old), await load_paragraph_texts(db, new)
    paragraphs = await asyncio.to_thread(compare_paragraphs, *texts)
    return DifferencePage(new.title, before, after, [line.number for line in lines], paragraphs)


async def load_orphans(db: Reader, debate_id: int, page: int) -> OrphansPage:
    """A fixed number of statements, whatever there is."""
    revision = await load_revision(db, debate_id)
    rows = await _load_orphan_rows(db, revision)
    ground = await load_ground(db, debate_id)
    pointed = await load_pointed(db, debate_id)
    standings = {one.passage_id: one for one in ground.standings}
    orphans = [Orphan(standings[id], reason, placed_by, pointed[id]) for id, reason, placed_by in rows]
    orphans.sort(key=lambda orphan: (-orphan.standing.last_revision_id, orphan.standing.last_start))
    shown = orphans[(page - 1) * ORPHANS_SHOWN : page * ORPHANS_SHOWN]
    if not shown and page > 1:
        raise NotFound("There are not that many.")
    blocks = [paragraph.block for paragraph in await load_paragraphs(db, revision)]
    old_places = await _load_old_places(db, debate_id, shown)

    def describe() -> list[OldParagraph]:
        texts = dict(ground.texts)
        groups = groupby(shown, key=lambda orphan: old_places[orphan.standing.passage_id])
        return [_describe(revision.text, blocks, old, list(some), texts) for old, some in groups]

    return OrphansPage(revision, await asyncio.to_thread(describe), len(rows), page)


def _describe(
    text: str, blocks: Sequence[Block], old: "_OldBlock", orphans: Sequence[Orphan], texts: Mapping[int, str]
) -> OldParagraph:
    old_text = texts[old.revision_id]
    place = old_place(old.revision_number, old_text, old.block, [orphan.standing for orphan in orphans])
    number, is_alike = nearest_paragraph(text, blocks, place)
    now = blocks[number - 1]
    now_text = text[now.start : now.end]
    return OldParagraph(old.revision_number, old.block.number, place.html, orphans, now, now_text, is_alike)


async def _load_orphan_rows(db: Reader, revision: Revision) -> list[tuple[int, str, str | None]]:
    statement = (
        select(Placement.passage_id, Placement.reason, User.display_name)
        .outerjoin(User, User.id == Placement.placed_by_id)
        .where(
            Placement.debate_id == revision.debate_id,
            Placement.revision_id == revision.id,
            Placement.state == PlacementState.ORPHAN,
            is_pointed_at(),
        )
        .order_by(Placement.passage_id)
    )
    return [(row[0], row[1], row[2]) for row in await db.execute(statement)]


class _OldBlock(NamedTuple):
    revision_id: int
    revision_number: int
    block: Block


async def _load_old_places(db: Reader, debate_id: int, orphans: Sequence[Orphan]) -> dict[int, _OldBlock]:
    """For each orphan the paragraph in which it stood last; one statement."""
    last = aliased(Placement)
    statement = (
        select(last.passage_id, EssayRevision.id, EssayRevision.number, Paragraph.block)
        .join(EssayRevision, (EssayRevision.debate_id == last.debate_id) & (EssayRevision.id == last.revision_id))
        .join(
            Paragraph,
            (Paragraph.debate_id == last.debate_id)
            & (Paragraph.revision_id == last.revision_id)
            & (Paragraph.number == last.paragraph_number),
        )
        .where(last.debate_id == debate_id, last.passage_id.in_([one.standing.passage_id for one in orphans]))
    )
    last_ids = {one.standing.passage_id: one.standing.last_revision_id for one in orphans}
    return {
        passage_id: _OldBlock(revision_id, number, Block.from_json(block))
        for passage_id, revision_id, number, block in await db.execute(statement)
        if revision_id == last_ids[passage_id]
    }

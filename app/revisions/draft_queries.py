"""What hosts see of a draft: its text, and what publishing it would do."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, literal, select, union_all

from app.db import Reader
from app.errors import NotFound
from app.essays.canonical import parse_essay
from app.essays.commands import RevisionLike
from app.essays.selectors import describe
from app.models import Annotation, Argument, Citation, EssayDraft, EssayRevision, Paragraph, PlacementState, User
from app.models.argument import LISTED
from app.revisions.commands import decide
from app.revisions.following import Outcome, Standing
from app.revisions.paragraph_difference import ComparedParagraph, compare_paragraphs
from app.revisions.places import read_places
from app.revisions.standings import load_ground

LINES_SHOWN = 200  # Of each state on the review page: nobody reads more before publishing.


class Wording(NamedTuple):
    """A revision as it was written."""

    debate_id: int
    id: int
    number: int
    markdown: str
    text: str


class DraftSeen(NamedTuple):
    base_revision_id: int
    markdown: str
    note: str
    places: Mapping[str, list[int] | None]
    version: int
    changed_at: datetime
    editor_name: str | None


@dataclass(frozen=True, slots=True)
class Pointed:
    """How much points at a passage."""

    argument_count: int = 0
    annotation_count: int = 0

    @property
    def total(self) -> int:
        return self.argument_count + self.annotation_count


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What becomes of a passage: the words that were marked, and those on which it would stand, in their context."""

    standing: Standing
    outcome: Outcome
    pointed: Pointed
    before: str
    here: str
    after: str

    @property
    def state(self) -> PlacementState:
        return self.outcome.anchor.state


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    state: PlacementState
    passage_count: int
    pointer_count: int
    lines: Sequence[OutcomeLine]

    @property
    def left_out(self) -> int:
        return self.passage_count - len(self.lines)


@dataclass(frozen=True, slots=True)
class Review:
    newest: Wording
    draft: DraftSeen
    is_behind: bool  # A revision was published after the draft was begun.
    paragraphs: Sequence[ComparedParagraph]
    groups: Sequence[OutcomeGroup]


async def load_newest_wording(db: Reader, debate_id: int) -> Wording:
    columns = (EssayRevision.debate_id, EssayRevision.id, EssayRevision.number, EssayRevision.markdown)
    statement = select(*columns, EssayRevision.text).where(EssayRevision.debate_id == debate_id)
    row = (await db.execute(statement.order_by(EssayRevision.id.desc()).limit(1))).one_or_none()
    if row is None:
        raise NotFound("This debate has no essay yet.")
    return Wording._make(row)


async def find_draft(db: Reader, debate_id: int) -> DraftSeen | None:
    statement = (
        select(
            EssayDraft.base_revision_id, EssayDraft.markdown, EssayDraft.note, EssayDraft.places, EssayDraft.version,
            EssayDraft.changed_at, User.display_name,
        )
        .outerjoin(User, User.id == EssayDraft.editor_id)
        .where(EssayDraft.debate_id == debate_id)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    return DraftSeen._make(row) if row else None


async def load_draft(db: Reader, debate_id: int) -> DraftSeen:
    if (draft := await find_draft(db, debate_id)) is None:
        raise NotFound("There is no draft of a new revision.")
    return draft


async def load_review(db: Reader, debate_id: int) -> Review:
    newest, draft = await load_newest_wording(db, debate_id), await load_draft(db, debate_id)
    ground = await load_ground(db, debate_id)
    pointed = await load_pointed(db, debate_id)
    parsed = await asyncio.to_thread(parse_essay, draft.markdown)
    outcomes = await asyncio.to_thread(decide, parsed.text, ground, read_places(draft.places), None)
    old, new = await load_paragraph_texts(db, newest), tuple(parsed.text[b.start : b.end] for b in parsed.blocks)
    paragraphs = await asyncio.to_thread(compare_paragraphs, old, new)
    groups = group_outcomes(parsed.text, zip(ground.standings, outcomes, strict=True), pointed)
    return Review(newest, draft, draft.base_revision_id != newest.id, paragraphs, groups)


async def load_paragraph_texts(db: Reader, revision: RevisionLike) -> tuple[str, ...]:
    statement = select(Paragraph.start, Paragraph.end).filter_by(debate_id=revision.debate_id, revision_id=revision.id)
    rows = await db.execute(statement.order_by(Paragraph.number))
    return tuple(revision.text[start:end] for start, end in rows)


def group_outcomes(
    text: str, outcomes: Iterable[tuple[Standing, Outcome]], pointed: Mapping[int, Pointed]
) -> list[OutcomeGroup]:
    """By state, the worst first, in the order of the essay; passages at which nothing points any more are left out."""
    by_state: dict[PlacementState, list[tuple[Standing, Outcome, Pointed]]] = {
        state: [] for state in reversed(PlacementState)
    }
    for standing, outcome in sorted(outcomes, key=lambda one: (one[0].last_start, one[0].last_end)):
        if (count := pointed.get(standing.passage_id)) is not None:
            by_state[outcome.anchor.state].append((standing, outcome, count))
    return [
        OutcomeGroup(
            state, len(some), sum(count.total for *_, count in some), [_line(text, *one) for one in some[:LINES_SHOWN]]
        )
        for state, some in by_state.items()
    ]


def _line(text: str, standing: Standing, outcome: Outcome, pointed: Pointed) -> OutcomeLine:
    place = outcome.anchor.place
    if place is None:
        return OutcomeLine(standing, outcome, pointed, "", "", "")
    quote = describe(text, place.start, place.end).quote
    before, after = quote.prefix.rpartition("\n")[2], quote.suffix.partition("\n")[0]
    return OutcomeLine(standing, outcome, pointed, before, text[place.start : place.end], after)


async def load_pointed(db: Reader, debate_id: int) -> dict[int, Pointed]:
    """What is listed, by passage; one statement."""
    citing = (
        select(Citation.passage_id, func.count().label("arguments"), literal(0).label("annotations"))
        .join(Argument, and_(Argument.debate_id == Citation.debate_id, Argument.id == Citation.argument_id))
        .where(Citation.debate_id == debate_id, LISTED)
        .group_by(Citation.passage_id)
    )
    annotating = (
        select(Annotation.passage_id, literal(0), func.count())
        .where(
            Annotation.debate_id == debate_id,
            Annotation.parent_id.is_(None),
            Annotation.hidden_by_id.is_(None),
            Annotation.withdrawn_at.is_(None),
        )
        .group_by(Annotation.passage_id)
    )
    both = union_all(citing, annotating).subquery()
    statement = select(both.c.passage_id, func.sum(both.c.arguments), func.sum(both.c.annotations))
    rows = await db.execute(statement.group_by(both.c.passage_id))
    return {id_: Pointed(int(arguments), int(annotations)) for id_, arguments, annotations in rows}

"""Reads what points at passages of an essay: light rows for all of it, and the words of those that a page shows."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ScalarSelect,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import BigInteger, Double

from app.annotations.cards import AnnotationCard, is_open_question, select_annotation_cards
from app.annotations.notes import Note, Pointer
from app.arguments.cards import ArgumentCard, select_cards
from app.db import Reader
from app.essays.placements import PLACED_BY
from app.essays.queries import Revision
from app.models import Annotation, Argument, Citation, Debate, Placement, PlacementState, Position
from app.models.argument import IS_UNANSWERED


@dataclass(frozen=True, slots=True)
class Contents:
    """The arguments and annotations that the notes of a page show, by id."""

    arguments: dict[int, ArgumentCard]
    annotations: dict[int, AnnotationCard]

    def write_notes(
        self,
        notes: Iterable[Note],
        debate_url: str,
        characters: int,
        *,
        is_filtered: bool,
        caller: Callable[[Note], Markup],
    ) -> Markup:
        """The notes in a margin, in their order: the template, as the `caller`, writes those of which more is to be
        said than one annotation says. Pages have a thousand of the others, so that these are joined as plain strings.
        """
        written = [
            self._write(note, debate_url, characters, is_filtered) or caller(note) for note in notes if note.pointers
        ]
        return Markup("".join(written))  # noqa: S704  (all of it Markup)

    def _write(self, note: Note, debate_url: str, characters: int, is_filtered: bool) -> str:
        """Nothing if there is more to say."""
        annotation_id = note.pointers[0].annotation_id
        if annotation_id is None or len(note.pointers) > 1 or not note.is_as_marked:
            return ""
        annotation = self.annotations[annotation_id]
        if annotation.has_aftermath:
            return ""
        opened = annotation.open_in_margin(note, debate_url, characters)
        more = note.lead_on(debate_url, is_filtered=is_filtered)
        rest = f'<div class="note-further-entries">\n{more}</div>\n' if more else ""
        return f"{opened}</p>\n{rest}</div></details>\n</li>\n"


async def load_pointers(
    db: Reader, revision: Revision, *, paragraph_number: int | None = None, passage_id: int | None = None
) -> list[Pointer]:
    """All pointers at words that stand in the revision, or in one paragraph or passage of it, listed or not.

    In the order in which their passages end, as the references after these follow each other, by the paragraphs in
    which they begin; of one passage the arguments first, the strongest at the head, or the oldest where the debate
    hides its results. Orphans stand nowhere, and replies to annotations point at nothing of their own.
    """
    place = {"debate_id": revision.debate_id, "revision_id": revision.id}
    narrowed = {"paragraph_number": paragraph_number, "passage_id": passage_id}
    place |= {name: value for name, value in narrowed.items() if value is not None}
    return [Pointer._make(row) for row in await db.execute(_select_pointers(tuple(place)), place)]


@cache
def _select_pointers(place: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """Built once for each set of the placement's columns by which it is narrowed."""
    conditions = [getattr(Placement, name) == bindparam(name) for name in place]
    conditions.append(Placement.start.is_not(None))
    both = union_all(_citing().where(*conditions), _annotating().where(*conditions)).subquery()
    order = (
        both.c.paragraph_number, both.c.end, both.c.start, both.c.passage_id,
        both.c.strength.desc().nulls_last(), both.c.argument_id, both.c.annotation_id,
    )  # fmt: skip
    return select(*(both.c[name] for name in Pointer._fields)).order_by(*order)


_PLACE = (
    Placement.passage_id, Placement.start, Placement.end, Placement.paragraph_number, Placement.state, Placement.score,
)  # fmt: skip


def _hides_results() -> ScalarSelect[bool]:
    """Then an order by strength would tell how votes stand."""
    return select(Debate.hides_results).where(Debate.id == bindparam("debate_id")).scalar_subquery()


def _citing() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *_PLACE,
            Argument.id.label("argument_id"), null().cast(BigInteger).label("annotation_id"),
            Position.number.label("side"),
            and_(Argument.hidden_by_id.is_(None), Argument.withdrawn_at.is_(None)).label("is_listed"),
            literal("argument").label("kind"),
            IS_UNANSWERED.label("is_unanswered"),
            Argument.author_id,
            false().label("is_resolved"),
            Placement.is_by_hand, PLACED_BY.label("placed_by"),
            case((_hides_results(), null()), else_=Argument.strength).label("strength"),
        )
        .join(Citation, and_(Citation.debate_id == Placement.debate_id, Citation.passage_id == Placement.passage_id))
        .join(Argument, and_(Argument.debate_id == Citation.debate_id, Argument.id == Citation.argument_id))
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
    )  # fmt: skip


def _annotating() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *_PLACE,
            null().cast(BigInteger), Annotation.id, null().cast(BigInteger),
            and_(Annotation.hidden_by_id.is_(None), Annotation.withdrawn_at.is_(None)),
            Annotation.kind.cast(Text),
            is_open_question(),
            Annotation.author_id,
            Annotation.resolved_at.is_not(None),
            Placement.is_by_hand, PLACED_BY,
            null().cast(Double),
        )
        .join(
            Annotation,
            and_(Annotation.debate_id == Placement.debate_id, Annotation.passage_id == Placement.passage_id),
        )
        .where(Annotation.parent_id.is_(None))
    )  # fmt: skip


async def count_passages_above(db: Reader, revision: Revision, paragraph_number: int) -> int:
    """How many passages begin in earlier paragraphs at which something listed points."""
    statement = select(func.count()).where(
        Placement.debate_id == revision.debate_id,
        Placement.revision_id == revision.id,
        Placement.paragraph_number < paragraph_number,
        is_pointed_at(),
    )
    return (await db.execute(statement)).scalar_one()


async def count_orphans(db: Reader, revision: Revision) -> int:
    """How many passages that something listed points at have no place in the revision."""
    statement = select(func.count()).where(
        Placement.debate_id == revision.debate_id,
        Placement.revision_id == revision.id,
        Placement.state == PlacementState.ORPHAN,
        is_pointed_at(),
    )
    return (await db.execute(statement)).scalar_one()


def is_pointed_at() -> ColumnElement[bool]:
    """Whether a listed argument or annotation points at the placement's passage."""
    citing = (
        _citations()
        .join(Argument, and_(Argument.debate_id == Citation.debate_id, Argument.id == Citation.argument_id))
        .where(Argument.hidden_by_id.is_(None), Argument.withdrawn_at.is_(None))
    )
    annotating = _annotations().where(Annotation.hidden_by_id.is_(None), Annotation.withdrawn_at.is_(None))
    return or_(citing.exists(), annotating.exists())


def _citations() -> Select[int]:
    """Of the placement's passage."""
    return select(Citation.argument_id).where(
        Citation.debate_id == Placement.debate_id, Citation.passage_id == Placement.passage_id
    )


def _annotations() -> Select[int]:
    """On the placement's passage, without the replies to them."""
    return select(Annotation.id).where(
        Annotation.debate_id == Placement.debate_id,
        Annotation.passage_id == Placement.passage_id,
        Annotation.parent_id.is_(None),
    )


async def load_contents(db: Reader, debate_id: int, pointers: Iterable[Pointer]) -> Contents:
    shown = list(pointers)
    argument_ids = {pointer.argument_id for pointer in shown if pointer.argument_id is not None}
    annotation_ids = {pointer.annotation_id for pointer in shown if pointer.annotation_id is not None}
    cards = select_cards().where(Argument.debate_id == debate_id, _is_among(Argument.id, argument_ids))
    annotations = select_annotation_cards().where(
        Annotation.debate_id == debate_id, _is_among(Annotation.id, annotation_ids)
    )
    return Contents(
        arguments={row[0]: ArgumentCard._make(row) for row in await db.execute(cards)},
        annotations={row[0]: AnnotationCard._make(row) for row in await db.execute(annotations)},
    )


async def load_authors(db: Reader, debate_id: int, passage_ids: Collection[int]) -> dict[int, set[int]]:
    """Of what points at each of these passages; one statement."""
    citing = (
        select(Citation.passage_id, Argument.author_id)
        .join(Argument, and_(Argument.debate_id == Citation.debate_id, Argument.id == Citation.argument_id))
        .where(Citation.debate_id == debate_id, Citation.passage_id.in_(passage_ids))
    )
    annotating = select(Annotation.passage_id, Annotation.author_id).where(
        Annotation.debate_id == debate_id, Annotation.passage_id.in_(passage_ids), Annotation.parent_id.is_(None)
    )
    authors: dict[int, set[int]] = {passage_id: set() for passage_id in passage_ids}
    for passage_id, author_id in await db.execute(citing.union(annotating)):
        if author_id is not None:
            authors[passage_id].add(author_id)
    return authors


def _is_among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """All in one parameter: each of a thousand would have to be found in the statement's text once more."""
    return column == any_(literal(list(ids), ARRAY(BigInteger)))

"""The list of a debate's notes and questions, the newest first, and what its address can ask for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from app.annotations.cards import AnnotationCard, is_open_question, select_annotation_cards
from app.annotations.tags import read_tags
from app.arguments.queries import CITED, Cited
from app.db import Reader
from app.essays.placements import is_placed_now
from app.models import Annotation, AnnotationKind, Passage, Placement, PlacementState
from app.targets import DebateHead

ANNOTATIONS_SHOWN = 30  # On one page; older ones follow by a link.
TAGS_SHOWN = 24  # The most used ones: what can be taken in at a glance.
KINDS = {"note": "Notes", "question": "Questions"}
SHOWS = {
    "unanswered": "Unanswered questions",
    "resolved": "Resolved",
    "unresolved": "Not resolved",
    "orphan": "No longer in the essay",
    "mine": "My own",
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What is asked for; empty where everything is. `ignored` names the parts of the address that mean nothing."""

    kind: str = ""
    show: str = ""
    tag: str = ""
    ignored: tuple[str, ...] = ()

    @classmethod
    def parse(cls, kind: str, show: str, tag: str) -> Self:
        return cls().keep("kind", kind, KINDS).keep("show", show, SHOWS).keep_tag(tag)

    def keep(self, name: str, value: str, known: Collection[str]) -> Self:
        if value and value not in known:
            return replace(self, ignored=(*self.ignored, name))
        kept: dict[str, Any] = {name: value}
        return replace(self, **kept)

    def keep_tag(self, typed: str) -> Self:
        try:
            tags = read_tags(typed)
        except ValueError:
            tags = []
        if len(tags) == 1:
            return replace(self, tag=tags[0])
        return replace(self, ignored=(*self.ignored, "tag")) if typed else self

    def for_visitors(self) -> Self:
        """Nothing is a visitor's own."""
        return replace(self, show="", ignored=(*self.ignored, "mine")) if self.is_personal else self

    @property
    def is_on(self) -> bool:
        return bool(self.kind or self.show or self.tag)

    @property
    def is_personal(self) -> bool:
        return self.show == "mine"

    @property
    def query(self) -> str:
        parts = {"kind": self.kind, "show": self.show, "tag": self.tag}
        return urlencode({name: value for name, value in parts.items() if value})

    def query_before(self, id: int) -> str:
        return "&".join(filter(None, (self.query, f"before={id}")))

    @property
    def key(self) -> str:
        """Tells apart what looks different."""
        return f"{self.query}&{','.join(self.ignored)}"


class Counts(NamedTuple):
    """Of what is listed, whatever the filter."""

    notes: int
    questions: int
    unanswered: int
    orphans: int


class Tag(NamedTuple):
    name: str
    uses: int


class Listed(NamedTuple):
    annotation: AnnotationCard
    passage: Cited


@dataclass(frozen=True, slots=True)
class AnnotationsPage:
    chosen: ListFilter
    counts: Counts
    tags: list[Tag]
    entries: list[Listed]
    before: int | None
    older_before: int | None  # The id of the last entry when there are older ones.

    @property
    def offered_tags(self) -> list[tuple[str, str]]:
        """Values and words of the choice among them; a tag that is asked for is there though few use it."""
        names = dict.fromkeys([*(tag.name for tag in self.tags), *filter(None, [self.chosen.tag])])
        return [(name, name) for name in names]


async def load_annotations_page(
    db: Reader, debate: DebateHead, chosen: ListFilter, reader_id: int | None, before: int | None
) -> AnnotationsPage:
    """Three statements. Hidden and withdrawn annotations are left out, and replies stand below what they answer."""
    statement = _select_entries(debate.id, chosen, reader_id, before)
    rows = [Listed(*_split(row)) for row in await db.execute(statement)]
    entries = rows[:ANNOTATIONS_SHOWN]
    return AnnotationsPage(
        chosen=chosen,
        counts=Counts(*(await db.execute(_select_counts(debate.id))).one()),
        tags=[Tag(*row) for row in await db.execute(_select_tags(debate.id))],
        entries=entries,
        before=before,
        older_before=entries[-1].annotation.id if len(rows) > ANNOTATIONS_SHOWN else None,
    )


def _select_entries(
    debate_id: int, chosen: ListFilter, reader_id: int | None, before: int | None
) -> Select[*tuple[Any, ...]]:
    statement = select_annotation_cards().add_columns(*CITED)
    statement = _with_place(statement).where(_is_listed(debate_id), *_asked_for(chosen, reader_id))
    if before is not None:
        statement = statement.where(_place() < _place_of(debate_id, before))
    return statement.order_by(Annotation.created_at.desc(), Annotation.id.desc()).limit(ANNOTATIONS_SHOWN + 1)


def _place() -> ColumnElement[Any]:
    """In the list: ids alone do not always follow the times that it shows."""
    return tuple_(Annotation.created_at, Annotation.id)


def _place_of(debate_id: int, id: int) -> ScalarSelect[Any]:
    before = aliased(Annotation)
    row = select(before.created_at, before.id).where(before.debate_id == debate_id, before.id == id)
    return row.scalar_subquery()


def _with_place(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    is_on = and_(Passage.debate_id == Annotation.debate_id, Passage.id == Annotation.passage_id)
    return statement.join(Passage, is_on).join(Placement, is_placed_now())


def _split(row: Any) -> tuple[AnnotationCard, Cited]:
    width = len(AnnotationCard._fields)
    return AnnotationCard._make(row[:width]), Cited._make(row[width:])


def _is_listed(debate_id: int) -> ColumnElement[bool]:
    return and_(
        Annotation.debate_id == debate_id,
        Annotation.parent_id.is_(None),
        Annotation.hidden_by_id.is_(None),
        Annotation.withdrawn_at.is_(None),
    )


def _asked_for(chosen: ListFilter, reader_id: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.kind:
        conditions.append(Annotation.kind == AnnotationKind(chosen.kind))
    if chosen.tag:
        conditions.append(Annotation.tags.contains([chosen.tag]))
    if chosen.show:
        conditions.append(_shown(chosen.show, reader_id))
    return conditions


def _shown(show: str, reader_id: int | None) -> ColumnElement[bool]:
    return {
        "unanswered": is_open_question(),
        "resolved": Annotation.resolved_at.is_not(None),
        "unresolved": Annotation.resolved_at.is_(None),
        "orphan": Placement.state == PlacementState.ORPHAN,
        "mine": Annotation.author_id == reader_id,
    }[show]


def _select_counts(debate_id: int) -> Select[*tuple[Any, ...]]:
    statement = select(
        func.count().filter(Annotation.kind == AnnotationKind.NOTE),
        func.count().filter(Annotation.kind == AnnotationKind.QUESTION),
        func.count().filter(is_open_question()),
        func.count().filter(Placement.state == PlacementState.ORPHAN),
    ).select_from(Annotation)
    return _with_place(statement).where(_is_listed(debate_id))


def _select_tags(debate_id: int) -> Select[*tuple[Any, ...]]:
    used = select(func.unnest(Annotation.tags).label("tag")).where(_is_listed(debate_id)).subquery()
    count = func.count()
    return select(used.c.tag, count).group_by(used.c.tag).order_by(count.desc(), used.c.tag).limit(TAGS_SHOWN)

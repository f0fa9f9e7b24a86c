"""Reads annotations as other programs get them: listed ones only, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.db import Reader
from app.errors import NotFound
from app.models import Annotation, AnnotationKind, Essay, EssayRevision, Passage, Placement, PlacementState, User

IS_LISTED = and_(Annotation.hidden_by_id.is_(None), Annotation.withdrawn_at.is_(None))


class Record(NamedTuple):
    """An annotation with its passage, and with where that stands in the newest revision of the essay."""

    id: int
    kind: AnnotationKind
    parent_id: int | None
    body_markdown: str
    body_html: str
    tags: list[str]
    source_iri: str | None
    canonical_iri: str | None
    source_creator: str | None
    source_created_at: datetime | None
    created_at: datetime
    edited_at: datetime | None
    author_username: str | None
    author_name: str | None
    is_simulated: bool | None
    marked_on: int  # The number of the revision.
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    state: PlacementState | None
    score: float | None
    placed_start: int | None
    placed_end: int | None

    @property
    def changed_at(self) -> datetime:
        return self.edited_at or self.created_at


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest revision. Its text is there when one of the records needs it, to describe where a passage went."""

    id: int
    number: int
    essay_title: str
    published_at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """A collection without its items."""

    total: int
    modified: datetime | None


def _select_records(newest_id: int, debate_id: int) -> Select[*tuple[Any, ...]]:
    """All columns of Record, in order."""
    is_placed = and_(
        Placement.debate_id == Annotation.debate_id,
        Placement.passage_id == Annotation.passage_id,
        Placement.revision_id == newest_id,
    )
    is_on = and_(EssayRevision.debate_id == Passage.debate_id, EssayRevision.id == Passage.revision_id)
    return (
        select(
            Annotation.id, Annotation.kind, Annotation.parent_id, Annotation.body_markdown, Annotation.body_html,
            Annotation.tags, Annotation.source_iri, Annotation.canonical_iri, Annotation.source_creator,
            Annotation.source_created_at, Annotation.created_at, Annotation.edited_at,
            User.username, User.display_name, User.is_simulated,
            EssayRevision.number, Passage.start, Passage.end, Passage.exact, Passage.prefix, Passage.suffix,
            Placement.state, Placement.score, Placement.start, Placement.end,
        )
        .select_from(Annotation)
        .join(Passage, and_(Passage.debate_id == Annotation.debate_id, Passage.id == Annotation.passage_id))
        .join(EssayRevision, is_on)
        .outerjoin(Placement, is_placed)
        .outerjoin(User, User.id == Annotation.author_id)
        .where(Annotation.debate_id == debate_id)
    )  # fmt: skip


async def load_newest(db: Reader, debate_id: int) -> Newest:
    statement = (
        select(EssayRevision.id, EssayRevision.number, Essay.title, EssayRevision.published_at)
        .join(Essay, and_(Essay.debate_id == EssayRevision.debate_id, Essay.id == EssayRevision.essay_id))
        .where(EssayRevision.debate_id == debate_id)
        .order_by(EssayRevision.number.desc())
        .limit(1)
    )
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("This debate has no essay yet.")
    return Newest(*row)


async def with_text(db: Reader, debate_id: int, newest: Newest, records: Sequence[Record]) -> Newest:
    """Passages that stand in the wording in which they were marked are described already."""
    if newest.text or all(record.marked_on == newest.number or record.placed_start is None for record in records):
        return newest
    statement = select(EssayRevision.text).where(EssayRevision.debate_id == debate_id, EssayRevision.id == newest.id)
    text = (await db.execute(statement)).scalar_one()
    return Newest(newest.id, newest.number, newest.essay_title, newest.published_at, text)


async def load_record(db: Reader, debate_id: int, newest: Newest, annotation_id: int) -> Record | None:
    """Nothing for one that is withdrawn or hidden."""
    statement = _select_records(newest.id, debate_id).where(Annotation.id == annotation_id, IS_LISTED)
    row = (await db.execute(statement)).one_or_none()
    return Record._make(row) if row is not None else None


async def load_records(db: Reader, debate_id: int, newest: Newest, after: int, limit: int) -> list[Record]:
    """The next ones after the annotation with this id, which need not be there any more."""
    statement = _select_records(newest.id, debate_id).where(Annotation.id > after, IS_LISTED)
    rows = await db.execute(statement.order_by(Annotation.id).limit(limit))
    return [Record._make(row) for row in rows]


async def load_latest(db: Reader, debate_id: int, newest: Newest, limit: int) -> list[Record]:
    """For the feed: the newest first."""
    statement = _select_records(newest.id, debate_id).where(IS_LISTED)
    rows = await db.execute(statement.order_by(Annotation.id.desc()).limit(limit))
    return [Record._make(row) for row in rows]


async def load_summary(db: Reader, debate_id: int) -> Summary:
    changed = func.max(func.coalesce(Annotation.edited_at, Annotation.created_at))
    statement = select(func.count(), changed).where(Annotation.debate_id == debate_id, IS_LISTED)
    return Summary(*(await db.execute(statement)).one())


async def load_bounds(db: Reader, debate_id: int, after: int, size: int) -> tuple[int, int | None]:
    """How many come before a page, and after which one the page before it begins; none before the first page."""
    before = (
        select(Annotation.id)
        .where(Annotation.debate_id == debate_id, Annotation.id <= after, IS_LISTED)
        .order_by(Annotation.id.desc())
    )
    count = select(func.count()).select_from(before.subquery()).scalar_subquery()
    bound = before.offset(size).limit(1).scalar_subquery()
    start, previous = (await db.execute(select(count, bound))).one()
    return start, (previous or 0) if start else None


async def load_last_page(db: Reader, debate_id: int, size: int, total: int) -> int:
    """After which annotation the last page begins."""
    if total <= size:
        return 0
    first_of_last = (total - 1) // size * size
    statement = select(Annotation.id).where(Annotation.debate_id == debate_id, IS_LISTED).order_by(Annotation.id)
    return (await db.execute(statement.offset(first_of_last - 1).limit(1))).scalar_one_or_none() or 0


async def is_gone(db: Reader, debate_id: int, annotation_id: int) -> bool:
    """Whether there was one of this id that is withdrawn or hidden."""
    is_it: ColumnElement[bool] = and_(Annotation.debate_id == debate_id, Annotation.id == annotation_id)
    return bool(await db.scalar(select(func.count()).where(is_it)))

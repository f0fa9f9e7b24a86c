"""What people flag and moderators decide about, seen alike: an argument, annotation, credit, source or mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, false, func, literal, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.db import Reader
from app.errors import NotFound
from app.markdown import clean_line, one_line
from app.models import (
    Annotation,
    Argument,
    Case,
    Credit,
    DebateRole,
    Decision,
    HouseRule,
    Origin,
    Position,
    ReviewMark,
    Role,
    Source,
    User,
)
from app.permission_terms import Bench
from app.permissions_to_judge import judges_of


class ItemKind(StrEnum):
    """As in addresses."""

    ARGUMENTS = "arguments"
    ANNOTATIONS = "annotations"
    CREDITS = "credits"
    SOURCES = "sources"
    MARKS = "marks"


ItemRow = Argument | Annotation | Credit | Source | ReviewMark
MODELS: dict[ItemKind, type[ItemRow]] = {
    ItemKind.ARGUMENTS: Argument, ItemKind.ANNOTATIONS: Annotation, ItemKind.CREDITS: Credit,
    ItemKind.SOURCES: Source, ItemKind.MARKS: ReviewMark,
}  # fmt: skip
COLUMNS = {
    ItemKind.ARGUMENTS: "argument_id", ItemKind.ANNOTATIONS: "annotation_id", ItemKind.CREDITS: "credit_id",
    ItemKind.SOURCES: "source_id", ItemKind.MARKS: "mark_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Participant:
    """A person as one debate knows them."""

    id: int
    username: str
    name: str
    role: Role
    is_debate_staff: bool


@dataclass(frozen=True, slots=True)
class Item:
    kind: ItemKind
    debate_id: int
    id: int
    author: Participant | None
    is_from_essay: bool
    word: str  # argument, note, question, reply, credit, source or mark
    text: str  # The claim or title, or the note or the credit on one line.
    body: Markup
    created_at: datetime
    withdrawn_at: datetime | None
    hidden_by_id: int | None
    removed_under: HouseRule | None
    edit_asked_id: int | None
    root_id: int | None
    locked_by_id: int | None  # Of the thread it stands in.
    side: int | None
    side_name: str | None
    passage_id: int | None  # Annotations stand on one; what arguments cite is loaded apart.
    beside_id: int | None  # The argument to which a credit is given, or on which a mark stands.
    bench: Bench

    @property
    def author_id(self) -> int | None:
        return self.author.id if self.author else None

    @property
    def path(self) -> str:
        """Its address below the debate's."""
        return f"{self.kind}/{self.id}"

    @property
    def thread_id(self) -> int:
        """The first-level argument, at which threads are locked."""
        return self.root_id or self.id

    @property
    def is_taken_back(self) -> bool:
        """Withdrawn arguments and annotations stay readable; a credit or mark that was taken back does not."""
        return self.kind in (ItemKind.CREDITS, ItemKind.MARKS) and self.withdrawn_at is not None

    @property
    def can_be_worded_anew(self) -> bool:
        return self.kind not in (ItemKind.SOURCES, ItemKind.MARKS)

    @property
    def columns(self) -> dict[str, int | None]:
        """The columns by which flags, cases and decisions name it."""
        return item_columns(self.kind, self.debate_id, self.id)


def item_columns(kind: ItemKind, debate_id: int, id: int) -> dict[str, int | None]:
    return {"debate_id": debate_id, **dict.fromkeys(COLUMNS.values()), COLUMNS[kind]: id}


def item_key(*column_values: int | None) -> tuple[ItemKind, int] | None:
    """What the columns of a flag, case or decision (as in COLUMNS) name, unless that is a person or a debate."""
    ids = zip(COLUMNS, column_values, strict=True)
    return next(((kind, id) for kind, id in ids if id is not None), None)


async def find_item(db: Reader, debate_id: int, kind: ItemKind, id: int) -> Item:
    model = MODELS[kind]
    statement = _SELECTED[kind].where(model.debate_id == debate_id, model.id == id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(f"There is no such {kind[:-1]} in this debate.")
    return _item(row, kind, debate_id, id)


async def find_items(db: Reader, keys: Iterable[tuple[ItemKind, int, int]]) -> dict[tuple[ItemKind, int, int], Item]:
    """Items by kind, debate and id: one statement a kind."""
    found: dict[tuple[ItemKind, int, int], Item] = {}
    wanted = set(keys)
    for kind, model in MODELS.items():
        if places := sorted((debate_id, id) for named, debate_id, id in wanted if named == kind):
            statement = _SELECTED[kind].add_columns(model.debate_id, model.id)
            for row in await db.execute(statement.where(tuple_(model.debate_id, model.id).in_(places))):
                debate_id, id = row[-2:]
                found[kind, debate_id, id] = _item(row[:-2], kind, debate_id, id)
    return found


async def lock_item(db: AsyncSession, item: Item, *, shared: bool = False) -> ItemRow:
    """The item's row as it is now, locked until the commit: first of all rows, so that nobody waits in a circle.

    `shared` lets others do the same at once and only keeps decisions out. Neither mode holds up foreign keys. Of a
    credit or a mark the argument that it is about is locked ahead, as those do who give it.
    """
    if item.beside_id is not None and not shared:
        await _lock(db, Argument, item.debate_id, item.beside_id, {"key_share": True})
    return await _lock(
        db, MODELS[item.kind], item.debate_id, item.id, {"read": True} if shared else {"key_share": True}
    )


async def _lock(db: AsyncSession, kind: type[ItemRow], debate_id: int, id: int, lock: dict[str, bool]) -> ItemRow:
    return await db.get_one(kind, (debate_id, id), populate_existing=True, with_for_update=lock)


def _item(row: Sequence[Any], kind: ItemKind, debate_id: int, id: int) -> Item:
    author = make_participant(row[:5])
    is_from_essay, word, text, body, *rest, judges, waiting_since = row[5:]
    bench = Bench.of(judges, waiting_since)
    if kind == ItemKind.ANNOTATIONS:
        text = one_line(text)
    elif kind in (ItemKind.CREDITS, ItemKind.MARKS):
        text, body = clean_line(text), as_paragraphs(text)
    elif kind == ItemKind.SOURCES:
        body = as_paragraphs(body)
    columns = [kind, debate_id, id, author, is_from_essay, str(word), text, Markup(body), *rest, bench]  # noqa: S704
    return Item(*columns)  # The body was sanitised when it was written.


def as_paragraphs(text: str) -> Markup:
    """Plain text as a page shows it: a line is a paragraph."""
    return Markup().join(Markup("<p>{}</p>").format(line) for line in text.split("\n") if line.strip())


def make_participant(columns: Sequence[Any]) -> Participant | None:
    """From the columns of a person and the role in the debate, all of them empty where there is nobody."""
    id, username, name, role, debate_role = columns
    return Participant(id, username, name, role, debate_role is not None) if id is not None else None


def _bench(
    kind: type[ItemRow], item_id: InstrumentedAttribute[int | None], author_id: InstrumentedAttribute[int | None]
) -> tuple[ColumnElement[Any], ...]:
    """Who could decide about it, and since when it waits: since it was flagged, or written."""
    of_item = (Decision.debate_id == kind.debate_id, getattr(Decision, item_id.key) == kind.id)
    last_case = select(func.max(Decision.case_id)).where(Decision.concerned_id == author_id, *of_item)
    is_open = (Case.debate_id == kind.debate_id, item_id == kind.id, Case.closed_at.is_(None))
    open_case = (select(column).where(*is_open).correlate_except(Case) for column in (Case.opened_at, Case.id))
    opened_at, case_id = [statement.scalar_subquery() for statement in open_case]
    decided_case_id = func.coalesce(case_id, last_case.correlate_except(Decision).scalar_subquery())
    judges = judges_of(kind.debate_id, author_id, case_id, decided_case_id)
    return judges, func.coalesce(opened_at, kind.created_at)


def _select_argument() -> Select[*tuple[Any, ...]]:
    root = aliased(Argument)
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            Argument.origin == Origin.ESSAY, literal("argument"), Argument.claim, Argument.grounds_html,
            Argument.created_at, Argument.withdrawn_at, Argument.hidden_by_id,
            Argument.removed_under, Argument.edit_asked_id,
            Argument.root_id, func.coalesce(root.locked_by_id, Argument.locked_by_id),
            Position.number, Position.name, null(), null(), *_bench(Argument, Case.argument_id, Argument.author_id),
        )
        .select_from(Argument)
        .outerjoin(root, and_(root.debate_id == Argument.debate_id, root.id == Argument.root_id))
        .outerjoin(Position, and_(Position.debate_id == Argument.debate_id, Position.id == Argument.position_id))
        .outerjoin(User, User.id == Argument.author_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Argument.debate_id))
    )  # fmt: skip


def _select_annotation() -> Select[*tuple[Any, ...]]:
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            false(), Annotation.kind, Annotation.body_markdown, Annotation.body_html,
            Annotation.created_at, Annotation.withdrawn_at, Annotation.hidden_by_id,
            Annotation.removed_under, Annotation.edit_asked_id,
            null(), null(), null(), null(), Annotation.passage_id, null(),
            *_bench(Annotation, Case.annotation_id, Annotation.author_id),
        )
        .select_from(Annotation)
        .outerjoin(User, User.id == Annotation.author_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Annotation.debate_id))
    )  # fmt: skip


def _select_credit() -> Select[*tuple[Any, ...]]:
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            false(), literal("credit"), Credit.reason, literal(""),
            Credit.created_at, Credit.withdrawn_at, Credit.hidden_by_id,
            Credit.removed_under, Credit.edit_asked_id,
            Argument.root_id, null(), null(), null(), null(), Credit.argument_id,
            *_bench(Credit, Case.credit_id, Credit.user_id),
        )
        .select_from(Credit)
        .join(Argument, and_(Argument.debate_id == Credit.debate_id, Argument.id == Credit.argument_id))
        .outerjoin(User, User.id == Credit.user_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Credit.debate_id))
    )  # fmt: skip


def _select_source() -> Select[*tuple[Any, ...]]:
    """Its author is who added it. Where it stands, its page and its case show."""
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            false(), literal("source"), Source.title, Source.address,
            Source.created_at, null(), Source.hidden_by_id, Source.removed_under, Source.edit_asked_id,
            null(), null(), null(), null(), null(), null(), *_bench(Source, Case.source_id, Source.added_by_id),
        )
        .select_from(Source)
        .outerjoin(User, User.id == Source.added_by_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Source.debate_id))
    )  # fmt: skip


def _select_mark() -> Select[*tuple[Any, ...]]:
    """Its author is who set it, whom only moderators know."""
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            false(), literal("mark"), ReviewMark.words, literal(""),
            ReviewMark.created_at, ReviewMark.resolved_at, ReviewMark.hidden_by_id,
            ReviewMark.removed_under, ReviewMark.edit_asked_id,
            Argument.root_id, null(), null(), null(), null(), ReviewMark.argument_id,
            *_bench(ReviewMark, Case.mark_id, ReviewMark.marker_id),
        )
        .select_from(ReviewMark)
        .join(Argument, and_(Argument.debate_id == ReviewMark.debate_id, Argument.id == ReviewMark.argument_id))
        .outerjoin(User, User.id == ReviewMark.marker_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == ReviewMark.debate_id))
    )  # fmt: skip


_SELECTED = {
    ItemKind.ARGUMENTS: _select_argument(),
    ItemKind.ANNOTATIONS: _select_annotation(),
    ItemKind.CREDITS: _select_credit(),
    ItemKind.SOURCES: _select_source(),
    ItemKind.MARKS: _select_mark(),
}

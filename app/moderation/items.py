"""What people flag and moderators decide about: an argument or an annotation, seen alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row, Select, and_, false, func, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db import Reader
from app.errors import NotFound
from app.markdown import one_line
from app.models import Annotation, Argument, DebateRole, Origin, Position, Role, User


class ItemKind(StrEnum):
    """As in addresses."""

    ARGUMENTS = "arguments"
    ANNOTATIONS = "annotations"


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
    word: str  # argument, note or question
    text: str  # The claim, or the note on one line.
    body: Markup
    created_at: datetime
    withdrawn_at: datetime | None
    hidden_by_id: int | None
    root_id: int | None
    locked_by_id: int | None  # Of the thread it stands in.
    side: int | None
    side_name: str | None
    passage_id: int | None  # Annotations stand on one; what arguments cite is loaded apart.

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
    def columns(self) -> dict[str, int | None]:
        """The columns by which flags, cases and decisions name it."""
        return item_columns(self.kind, self.debate_id, self.id)


def item_columns(kind: ItemKind, debate_id: int, id: int) -> dict[str, int | None]:
    is_argument = kind == ItemKind.ARGUMENTS
    return {
        "debate_id": debate_id,
        "argument_id": id if is_argument else None,
        "annotation_id": None if is_argument else id,
    }


async def find_item(db: Reader, debate_id: int, kind: ItemKind, id: int) -> Item:
    if kind == ItemKind.ARGUMENTS:
        statement = _ARGUMENT.where(Argument.debate_id == debate_id, Argument.id == id)
    else:
        statement = _ANNOTATION.where(Annotation.debate_id == debate_id, Annotation.id == id)
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(f"There is no such {kind[:-1]} in this debate.")
    return _item(row, kind, debate_id, id)


async def lock_item(db: AsyncSession, item: Item, *, shared: bool = False) -> Argument | Annotation:
    """The item's row as it is now, locked until the commit: first of all rows, so that nobody waits in a circle.

    `shared` lets others do the same at once and only keeps decisions out. Neither mode holds up foreign keys.
    """
    lock = {"read": True} if shared else {"key_share": True}
    kind: type[Argument | Annotation] = Argument if item.kind == ItemKind.ARGUMENTS else Annotation
    return await db.get_one(kind, (item.debate_id, item.id), populate_existing=True, with_for_update=lock)


def _item(row: Row[*tuple[Any, ...]], kind: ItemKind, debate_id: int, id: int) -> Item:
    author = make_participant(row[:5])
    is_from_essay, word, text, body, *rest = row[5:]
    if kind == ItemKind.ANNOTATIONS:
        text = one_line(text)
    return Item(kind, debate_id, id, author, is_from_essay, str(word), text, Markup(body), *rest)  # noqa: S704  (sanitised at write)


def make_participant(columns: Sequence[Any]) -> Participant | None:
    """From the columns of a person and the role in the debate, all of them empty where there is nobody."""
    id, username, name, role, debate_role = columns
    return Participant(id, username, name, role, debate_role is not None) if id is not None else None


def _select_argument() -> Select[*tuple[Any, ...]]:
    root = aliased(Argument)
    return (
        select(
            User.id, User.username, User.display_name, User.role, DebateRole.kind,
            Argument.origin == Origin.ESSAY, literal("argument"), Argument.claim, Argument.grounds_html,
            Argument.created_at, Argument.withdrawn_at, Argument.hidden_by_id,
            Argument.root_id, func.coalesce(root.locked_by_id, Argument.locked_by_id),
            Position.number, Position.name, null(),
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
            null(), null(), null(), null(), Annotation.passage_id,
        )
        .select_from(Annotation)
        .outerjoin(User, User.id == Annotation.author_id)
        .outerjoin(DebateRole, and_(DebateRole.user_id == User.id, DebateRole.debate_id == Annotation.debate_id))
    )  # fmt: skip


_ARGUMENT = _select_argument()
_ANNOTATION = _select_annotation()

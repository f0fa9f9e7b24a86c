"""A person's page: what they have written, newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, union_all

from app.actor import Actor
from app.annotations.cards import beginning_of
from app.db import Reader
from app.errors import NotFound
from app.models import Annotation, Argument, Debate, Role, User
from app.permissions import visible_debates

WRITINGS_SHOWN = 30
CHARACTERS_SHOWN = 280


@dataclass(frozen=True, slots=True)
class Writing:
    """An argument or an annotation in a person's list; hidden ones are left out."""

    kind: str  # argument, note or question
    id: int
    words: str  # The claim of an argument; the HTML of another.
    relation: str | None
    created_at: datetime
    withdrawn_at: datetime | None
    slug: str
    motion: str

    @property
    def text(self) -> str:
        return self.words if self.kind == "argument" else beginning_of(self.words, CHARACTERS_SHOWN)

    @property
    def url(self) -> str:
        folder = "arguments" if self.kind == "argument" else "annotations"
        return f"/debates/{self.slug}/{folder}/{self.id}"


@dataclass(frozen=True, slots=True)
class PersonPage:
    writings: list[Writing]
    more_before: str | None
    id: int
    username: str
    display_name: str
    role: Role
    is_simulated: bool
    is_imported: bool
    created_at: datetime
    argument_count: int
    annotation_count: int


async def load_person_page(db: Reader, actor: Actor, username: str, before: datetime | None) -> PersonPage:
    """The person in one statement, their writings in another."""
    arguments = select(func.count()).where(
        Argument.author_id == User.id, Argument.hidden_by_id.is_(None), Argument.withdrawn_at.is_(None)
    )
    annotations = select(func.count()).where(
        Annotation.author_id == User.id, Annotation.hidden_by_id.is_(None), Annotation.withdrawn_at.is_(None)
    )
    statement = select(
        User.id, User.username, User.display_name, User.role, User.is_simulated, User.is_imported, User.created_at,
        arguments.scalar_subquery(), annotations.scalar_subquery(),
    ).where(func.lower(User.username) == username.lower())  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no member of this name.")
    writings = await _load_writings(db, actor, row[0], before)
    shown = writings[:WRITINGS_SHOWN]
    more_before = shown[-1].created_at.isoformat() if len(writings) > WRITINGS_SHOWN else None
    return PersonPage(shown, more_before, *row)


async def _load_writings(db: Reader, actor: Actor, user_id: int, before: datetime | None) -> list[Writing]:
    arguments = (
        select(
            literal("argument").label("kind"), Argument.id, Argument.claim, Argument.relation.label("relation"),
            Argument.created_at.label("created_at"), Argument.withdrawn_at, Debate.slug, Debate.motion,
        )
        .join(Debate, Debate.id == Argument.debate_id)
        .where(Argument.author_id == user_id, Argument.hidden_by_id.is_(None), visible_debates(actor))
    )  # fmt: skip
    annotations = (
        select(
            Annotation.kind, Annotation.id, Annotation.body_html, literal(None).label("relation"),
            Annotation.created_at.label("created_at"), Annotation.withdrawn_at, Debate.slug, Debate.motion,
        )
        .join(Debate, Debate.id == Annotation.debate_id)
        .where(Annotation.author_id == user_id, Annotation.hidden_by_id.is_(None), visible_debates(actor))
    )  # fmt: skip
    if before is not None:
        arguments = arguments.where(Argument.created_at < before)
        annotations = annotations.where(Annotation.created_at < before)
    both = union_all(
        select(arguments.order_by(Argument.id.desc()).limit(WRITINGS_SHOWN + 1).subquery()),
        select(annotations.order_by(Annotation.id.desc()).limit(WRITINGS_SHOWN + 1).subquery()),
    ).subquery()
    statement = select(both).order_by(both.c.created_at.desc()).limit(WRITINGS_SHOWN + 1)
    return [Writing(*row) for row in await db.execute(statement)]

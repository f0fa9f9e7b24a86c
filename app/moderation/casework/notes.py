"""Notes on a case between moderators, and handing it on to one of them."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.forms import Form, Prose
from app.models import Case, CaseNote, CaseNoteKind, DebateRole, NotificationKind, Role, User
from app.notifications.commands import notify
from app.permissions_to_judge import has_argued
from app.targets import LARGEST_ID

NOTE_LIMIT = 2_000  # A word to a colleague.
MODERATORS_SHOWN = 100  # To choose from; no debate has more so far.


class NoteForm(Form):
    words: Annotated[Prose, Field(max_length=NOTE_LIMIT, validate_default=True)] = ""
    to: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None
    escalate: Annotated[Literal["yes"] | None, Field(validate_default=True)] = None

    @field_validator("escalate")
    @classmethod
    def say_something(cls, escalate: Literal["yes"] | None, info: ValidationInfo) -> Literal["yes"] | None:
        if escalate and info.data.get("to") is None:
            raise ValueError("Please choose who should decide it.")
        if not info.data.get("words"):
            raise ValueError("Please write a word to the others.")
        return escalate

    @property
    def kind(self) -> CaseNoteKind:
        if self.to is None:
            return CaseNoteKind.NOTE
        return CaseNoteKind.ESCALATE if self.escalate else CaseNoteKind.ASSIGN


class NoteLine(NamedTuple):
    kind: CaseNoteKind
    words: str
    created_at: datetime
    author_name: str | None
    to_name: str | None


class Colleague(NamedTuple):
    id: int
    name: str
    role: Role
    has_argued: bool  # So the case may not be theirs to decide.


async def load_notes(db: Reader, case_id: int) -> list[NoteLine]:
    to = aliased(User)
    statement = (
        select(CaseNote.kind, CaseNote.words, CaseNote.created_at, User.display_name, to.display_name)
        .outerjoin(User, User.id == CaseNote.author_id)
        .outerjoin(to, to.id == CaseNote.to_id)
        .where(CaseNote.case_id == case_id)
        .order_by(CaseNote.id)
    )
    return [NoteLine._make(row) for row in await db.execute(statement)]


async def load_colleagues(db: Reader, actor: Actor, debate_id: int | None, author_id: int | None) -> list[Colleague]:
    """Who else moderates the debate, or without one the site, but for the person whom the case is about."""
    argued = has_argued(User.id, literal(debate_id)) if debate_id is not None else literal(False)
    statement = select(User.id, User.display_name, User.role, argued).where(
        _moderates(debate_id), User.id != actor.id, User.id.is_distinct_from(author_id)
    )
    found = await db.execute(statement.order_by(User.display_name, User.id).limit(MODERATORS_SHOWN))
    return [Colleague._make(row) for row in found]


async def add_note(db: AsyncSession, actor: Actor, case_id: int, debate_id: int | None, form: NoteForm) -> None:
    """A note; with a name, the case is handed to that moderator, who is told, and one's own claim ends."""
    if form.to is not None:
        await _hand_on(db, actor, case_id, debate_id, form)
    db.add(CaseNote(case_id=case_id, author_id=actor.id, to_id=form.to, kind=form.kind, words=form.words))
    await db.flush()
    if form.to is not None:
        await notify(db, user_id=form.to, kind=NotificationKind.CASE, actor_id=actor.id, debate_id=debate_id)


async def _hand_on(db: AsyncSession, actor: Actor, case_id: int, debate_id: int | None, form: NoteForm) -> None:
    is_colleague = select(User.id).where(User.id == form.to, _moderates(debate_id)).exists()
    escalated = {"escalated_at": func.now()} if form.escalate else {}
    statement = (
        update(Case)
        .where(Case.id == case_id, Case.closed_at.is_(None), is_colleague)
        .values(assigned_to_id=form.to, claimed_by_id=None, claimed_until=None, **escalated)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    if (await db.execute(statement)).one_or_none() is None:
        raise Conflict("The case is decided meanwhile, or that person moderates this debate no more.")


def _moderates(debate_id: int | None) -> ColumnElement[bool]:
    is_role = and_(DebateRole.user_id == User.id, DebateRole.debate_id == debate_id)
    return or_(User.role != Role.MEMBER, exists().where(is_role))

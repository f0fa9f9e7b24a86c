"""Notes on a case between moderators, and handing it on to one of them."""

from datetime import datetime
from typing import Annotated, Literal, NamedTuple, Protocol

from pydantic import Field, ValidationInfo, field_validator
from sqlalchemy import BigInteger, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.forms import Form, Prose
from app.held_cases import lock_judge
from app.models import Case, CaseNote, CaseNoteKind, NotificationKind, Role, Stake, User
from app.notifications.commands import notify
from app.permission_terms import Bench, Participant
from app.permissions_to_judge import could_judge, is_judge
from app.targets import LARGEST_ID

OBSTACLES = {
    Stake.OWN: "it is about them, or their own",
    Stake.ARGUED: "they have argued here, or with this person",
    Stake.ANSWERED: "they and this person have answered each other’s notes",
    Stake.FLAGGED: "they have flagged it themselves",
    Stake.OVERTURNED: "an appeal has overturned what they decided about it",
}
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
    interest: Stake | None  # In spite of which they may decide, as nobody else can.


class Subject(Protocol):
    """What a case is about."""

    @property
    def debate_id(self) -> int | None: ...
    @property
    def author(self) -> Participant | None: ...
    @property
    def bench(self) -> Bench: ...


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


async def load_colleagues(db: Reader, actor: Actor, subject: Subject) -> list[Colleague]:
    """Who else could decide it."""
    others = [judge for judge in subject.bench.judges if judge.id != actor.id]
    asked = (subject.debate_id, subject.author, subject.bench)
    judges = {judge.id: could_judge(judge, *asked) for judge in others}
    able = [id for id, permission in judges.items() if permission]
    statement = select(User.id, User.display_name, User.role).where(User.id.in_(able))
    found = await db.execute(statement.order_by(User.display_name, User.id).limit(MODERATORS_SHOWN))
    return [Colleague(id, name, role, judges[id].interest) for id, name, role in found]


def find_obstacle(subject: Subject, person_id: int) -> str | None:
    """Why a case cannot be handed to somebody, in a sentence."""
    judge = next((each for each in subject.bench.judges if each.id == person_id), None)
    if judge is None:
        return "This person does not moderate here any more, or is suspended."
    permission = could_judge(judge, subject.debate_id, subject.author, subject.bench)
    if permission:
        return None
    why = OBSTACLES[permission.interest] if permission.interest else "its author has the same role or a higher one"
    return f"This person cannot decide it: {why}."


async def add_note(db: AsyncSession, actor: Actor, case_id: int, debate_id: int | None, form: NoteForm) -> None:
    """A note; with a name, the case is handed to that moderator, who is told, and one's own claim ends."""
    if form.to is not None:
        await _hand_on(db, actor, case_id, debate_id, form)
    db.add(CaseNote(case_id=case_id, author_id=actor.id, to_id=form.to, kind=form.kind, words=form.words))
    await db.flush()
    if form.to is not None:
        await notify(db, user_id=form.to, kind=NotificationKind.CASE, actor_id=actor.id, debate_id=debate_id)


async def _hand_on(db: AsyncSession, actor: Actor, case_id: int, debate_id: int | None, form: NoteForm) -> None:
    await lock_judge(db, form.to)
    escalated = {"escalated_at": func.now()} if form.escalate else {}
    statement = (
        update(Case)
        .where(Case.id == case_id, Case.closed_at.is_(None), is_judge(literal(form.to, BigInteger), Case.debate_id))
        .values(assigned_to_id=form.to, claimed_by_id=None, claimed_until=None, **escalated)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    if (await db.execute(statement)).one_or_none() is None:
        raise Conflict("The case is decided meanwhile, or that person moderates this debate no more.")

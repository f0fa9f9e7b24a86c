"""What a person has flagged already: the flag that waits, or what moderators decided on it, and what is new since."""

from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ARRAY, ColumnElement, DateTime, Text, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.errors import Conflict
from app.models import Action, Case, Decision, Flag, FlagReason, SourceCitation
from app.moderation.forms import FlagForm
from app.moderation.items import COLUMNS, ItemKind
from app.moderation.measures.targets import REVISIONS
from app.moderation.reporters import Flagged
from app.permissions_to_appeal import last_of_appeals

WAITS = "Your flag of it waits for a decision already. To say something else, take it back first."
DECIDED = "Moderators have decided about your flag for this reason, and nothing has changed since."


class NothingNew(Conflict):
    """The person has flagged it already, so nothing was written."""


class Flaggable(Flagged, Protocol):
    """What a flag names, by the columns of flags and cases."""

    @property
    def columns(self) -> dict[str, int | None]: ...


class OwnFlag(NamedTuple):
    id: int
    case_id: int
    reason: FlagReason
    words: str
    weight: float
    is_open: bool  # It waits for a decision, and can be taken back.
    decision_id: int | None  # The last one on its case.
    action: Action | None
    made_at: datetime | None
    given: list[str]  # Reasons of this person that were decided on, while it read as it does now.
    is_of_person: bool

    @property
    def appeal_until(self) -> datetime | None:
        """Of a dismissal, while those who flagged can still appeal."""
        if self.made_at is None or self.action != Action.DISMISS:
            return None
        until = last_of_appeals(self.made_at)
        return until if until > datetime.now(UTC) else None

    def says(self, form: FlagForm) -> bool:
        """It waits, and the form is the one that made it, sent again."""
        return self.is_open and (self.reason, self.words) == (form.reason, form.words)

    def refuse_the_same(self, form: FlagForm) -> None:
        """Of a person it is enough to say something else: what they do goes on."""
        if self.is_open:
            raise NothingNew(WAITS)
        is_said_anew = self.is_of_person and form.words not in ("", self.words)
        if form.reason in self.given and not is_said_anew:
            raise NothingNew(DECIDED)


async def find_own_flag(db: Reader, actor: Actor, target: Flaggable) -> OwnFlag | None:
    """The one that waits, or else the last that was decided on; none that was taken back."""
    later = aliased(Decision)
    newest = select(func.max(later.id)).where(later.case_id == Flag.case_id, ~later.is_automated)
    is_open = Case.closed_at.is_(None)
    statement = (
        select(
            Flag.id, Flag.case_id, Flag.reason, Flag.words, Flag.weight, is_open,
            Decision.id, Decision.action, Decision.made_at,
            _given(actor, target), Flag.person_id.is_not(None),
        )
        .join(Case, Case.id == Flag.case_id)
        .outerjoin(Decision, Decision.id == newest.scalar_subquery())
        .where(*_named(Flag, actor, target))
        .order_by(is_open.desc(), Flag.id.desc())
        .limit(1)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    return OwnFlag._make(row) if row is not None else None


def _named(flag: Any, actor: Actor, target: Flaggable) -> list[ColumnElement[bool]]:
    """The person's flags of it that stand. What it is not is left to the constraints."""
    named = [getattr(flag, name) == value for name, value in target.columns.items() if value is not None]
    return [flag.reporter_id == actor.id, flag.withdrawn_at.is_(None), *named]


def _given(actor: Actor, target: Flaggable) -> Any:
    each, of_each = aliased(Flag), aliased(Case)
    reason = cast(each.reason, Text)
    changed_at = _changed_at(target)
    decided = select(reason).join(of_each, of_each.id == each.case_id).where(*_named(each, actor, target))
    return func.array(
        decided.where(
            of_each.closed_at.is_not(None), or_(changed_at.is_(None), of_each.closed_at >= changed_at)
        ).scalar_subquery(),
        type_=ARRAY(Text),
    )


def _changed_at(target: Flaggable) -> ColumnElement[Any]:
    """When an item came to read as it does now; sources and marks never change, and a person has no such moment."""
    kind = next((kind for kind, name in COLUMNS.items() if target.columns.get(name) is not None), None)
    if kind not in REVISIONS:
        return cast(null(), DateTime(timezone=True))
    id = literal(target.columns[COLUMNS[kind]])
    revision, of_item = REVISIONS[kind]
    worded = select(func.max(revision.created_at)).where(revision.debate_id == target.debate_id, of_item == id)
    if kind != ItemKind.ARGUMENTS:
        return worded.scalar_subquery()
    quoted = (SourceCitation.debate_id == target.debate_id, SourceCitation.argument_id == id)
    changes = func.max(func.greatest(SourceCitation.added_at, SourceCitation.removed_at))
    return func.greatest(worded.scalar_subquery(), select(changes).where(*quoted).scalar_subquery())

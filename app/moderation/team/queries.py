"""Who moderates a debate and who is invited to; and what one moderator has decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.actor import Actor
from app.db import Reader
from app.models import (
    Action,
    Case,
    Debate,
    DebateRole,
    DebateRoleKind,
    DebateState,
    Decision,
    ModeratorInvitation,
    Stake,
    User,
)
from app.moderation.case_items import CONCERNED_ID, TEXT, WORD, join_items, show_text
from app.moderation.team.expiry import INVITATION_OPEN, is_in_time
from app.moderation.undo_commands import REVERSALS
from app.permissions import visible_cases, visible_debates
from app.permissions_to_appeal import BY_THEMSELVES
from app.quarrels import has_argued_with

DECISIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Member:
    username: str
    name: str
    kind: DebateRoleKind
    since: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    id: int
    user_id: int
    username: str
    name: str
    created_at: datetime
    interest: Stake | None

    @property
    def open_until(self) -> datetime:
        return self.created_at + INVITATION_OPEN


@dataclass(frozen=True, slots=True)
class Team:
    members: list[Member]
    invited: list[Invited]

    def find_invited(self, actor: Actor) -> Invited | None:
        return next((each for each in self.invited if actor.is_signed_in and each.user_id == actor.id), None)


async def have_argued(db: Reader, actor: Actor, person_id: int) -> bool:
    """With each other, in whatever debate."""
    return bool(await db.scalar(select(has_argued_with(literal(actor.id), literal(person_id)))))


async def find_invitable(db: Reader, username: str) -> int | None:
    is_meant = (func.lower(User.username) == username.removeprefix("@").lower(), ~User.is_imported)
    return (await db.execute(select(User.id).where(*is_meant))).scalar_one_or_none()


async def load_team(db: Reader, debate_id: int) -> Team:
    """In two statements."""
    member = (User.username, User.display_name, DebateRole.kind, DebateRole.created_at)
    members = select(*member).join(DebateRole, DebateRole.user_id == User.id).where(DebateRole.debate_id == debate_id)
    rows = await db.execute(members.order_by(DebateRole.kind, DebateRole.created_at))
    invitation = ModeratorInvitation
    columns = (invitation.id, User.id, User.username, User.display_name, invitation.created_at, invitation.interest)
    invited = select(*columns).join(User, User.id == invitation.user_id).order_by(invitation.id)
    is_open = (invitation.debate_id == debate_id, is_in_time())
    return Team([Member(*row) for row in rows], [Invited(*row) for row in await db.execute(invited.where(*is_open))])


@dataclass(frozen=True, slots=True)
class Tally:
    action: Action
    count: int
    undone_count: int  # By somebody else: who undoes an own decision has thought again.


@dataclass(frozen=True, slots=True)
class OwnDecision:
    id: int
    action: Action
    made_at: datetime
    motion: str | None
    undone_by_id: int | None
    batch_size: int  # How many were made together with it, itself among them.
    is_stepping_down: bool
    text: str  # Of what it was about, where one may still see its case.

    @property
    def can_be_undone(self) -> bool:
        return self.action in REVERSALS and self.undone_by_id is None and not self.is_stepping_down


@dataclass(frozen=True, slots=True)
class Activity:
    tallies: list[Tally]
    decisions: list[OwnDecision]


async def load_activity(db: Reader, actor: Actor) -> Activity:
    """In two statements."""
    undoing, together = aliased(Decision), aliased(Decision)
    batch_size = select(func.count()).where(together.batch_id == Decision.batch_id).scalar_subquery()
    is_undoing = undoing.reverses_id == Decision.id
    is_by_other = undoing.moderator_id.is_distinct_from(actor.id)
    counts = (func.count(), func.count(undoing.id).filter(is_by_other))
    tallies = select(Decision.action, *counts).outerjoin(undoing, is_undoing).where(Decision.moderator_id == actor.id)
    rows = await db.execute(tallies.group_by(Decision.action).order_by(func.count().desc()))
    stepping_down = func.coalesce(Decision.change.contains(BY_THEMSELVES), false())
    of_decision = (
        Decision.id, Decision.action, Decision.made_at, Debate.motion, undoing.id, batch_size, stepping_down,
    )  # fmt: skip
    columns = (*of_decision, Case.id, WORD, TEXT)
    with_case = (
        select(*columns)
        .outerjoin(undoing, is_undoing)
        .outerjoin(Debate, and_(Debate.id == Decision.debate_id, visible_debates(actor)))
        .outerjoin(Case, and_(Case.id == Decision.case_id, visible_cases(actor)))
    )
    own = (
        join_items(with_case)
        .outerjoin(User, User.id == CONCERNED_ID)
        .where(Decision.moderator_id == actor.id)
        .order_by(Decision.id.desc())
        .limit(DECISIONS_SHOWN)
    )
    return Activity([Tally(*row) for row in rows], [_own(*row) for row in await db.execute(own)])


def _own(*row: Any) -> OwnDecision:
    *of_decision, case_id, word, text = row
    shown = show_text(word, text) if case_id is not None else ""
    return OwnDecision(*[*of_decision, shown])


@dataclass(frozen=True, slots=True)
class OwnInvitation:
    slug: str
    motion: str | None  # Nothing where the debate was removed: it can be answered once that is undone.
    open_until: datetime


async def load_own_invitations(db: Reader, actor: Actor) -> list[OwnInvitation]:
    invitation = ModeratorInvitation
    own = (invitation.user_id == actor.id, is_in_time())
    motion = case((or_(Debate.state != DebateState.REMOVED, visible_debates(actor)), Debate.motion))
    rows = (
        select(Debate.slug, motion, invitation.created_at + INVITATION_OPEN)
        .join(invitation, invitation.debate_id == Debate.id)
        .where(*own)
    )
    return [OwnInvitation(*row) for row in await db.execute(rows.order_by(invitation.id))]

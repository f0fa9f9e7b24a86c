"""Invite a moderator, take that back, accept, decline, step down. Those whom it concerns are told, and the log
says who moderates from then on, and who no more."""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.roles import set_debate_role
from app.actor import Actor
from app.held_cases import lock_judge, release_cases_of
from app.models import Action, DebateRole, DebateRoleKind, ModeratorInvitation, NotificationKind, Stake, User
from app.moderation.measures.commands import find_role
from app.moderation.records import BY_INVITATION, Act, record
from app.moderation.sanction_commands import lock_person
from app.moderation.team.expiry import is_in_time
from app.notifications.commands import notify, notify_all
from app.permissions_to_appeal import BY_THEMSELVES
from app.targets import DebateHead

Invitation = ModeratorInvitation
ACCEPTED = "Invited to moderate this debate, and accepted."
STEPPED_DOWN = "Stepped down."
FORMER = "A former moderator"  # Who invited somebody and has left the site before they accepted.


async def invite_moderator(
    db: AsyncSession, actor: Actor, debate_id: int, person_id: int, interest: Stake | None
) -> str | None:
    """A sentence about what is in the way; nothing if the person is invited now, or was already."""
    if await db.get(DebateRole, (debate_id, person_id)) is not None:
        return "This person moderates this debate already."
    await _close_late(db, debate_id, person_id)
    values = {"debate_id": debate_id, "user_id": person_id, "invited_by_id": actor.id, "interest": interest}
    sent = insert(Invitation).values(values).on_conflict_do_nothing().returning(Invitation.id)
    if (await db.execute(sent)).one_or_none() is not None:
        await notify(db, user_id=person_id, kind=NotificationKind.INVITATION, actor_id=actor.id, debate_id=debate_id)
    return None


async def _close_late(db: AsyncSession, debate_id: int, user_id: int) -> None:
    """One that was not answered in time makes room for a new one, before the job comes to it."""
    is_late = (Invitation.closed_at.is_(None), ~is_in_time())
    late = update(Invitation).where(Invitation.debate_id == debate_id, Invitation.user_id == user_id, *is_late)
    await db.execute(late.values(closed_at=func.now()))


async def take_back_invitation(db: AsyncSession, debate_id: int, invitation_id: int) -> None:
    """One that is answered already stays answered."""
    is_meant = (Invitation.id == invitation_id, Invitation.debate_id == debate_id, Invitation.closed_at.is_(None))
    await db.execute(update(Invitation).where(*is_meant).values(closed_at=func.now()))


async def accept_invitation(db: AsyncSession, debate: DebateHead, invitation: ModeratorInvitation) -> None:
    """A locked, open one. Sessions end, as with every change of role. Who was given a role meanwhile keeps it."""
    invitation.closed_at, invitation.is_accepted = func.now(), True
    await db.flush()
    await lock_person(db, invitation.user_id)
    now, _ = await find_role(db, debate.id, invitation.user_id)
    if now is None:
        await _record_joining(db, debate, invitation)
    user = await db.get_one(User, invitation.user_id)
    await set_debate_role(db, user, debate.id, now or DebateRoleKind.MODERATOR)
    await _tell_host(db, invitation, NotificationKind.INVITATION_ACCEPTED)


async def _record_joining(db: AsyncSession, debate: DebateHead, invitation: ModeratorInvitation) -> None:
    """Whoever sent the invitation chose. Both know it already."""
    sender = await db.get(User, invitation.invited_by_id) if invitation.invited_by_id is not None else None
    chooser = Actor(id=sender.id, display_name=sender.display_name) if sender else Actor(display_name=FORMER)
    change = {"from": None, "to": DebateRoleKind.MODERATOR, **BY_INVITATION}
    act = _change_role(debate, invitation.user_id, ACCEPTED, change)
    await record(db, chooser, replace(act, interest=invitation.interest), debate.slug)


def _change_role(debate: DebateHead, person_id: int | None, why: str, change: dict[str, Any]) -> Act:
    columns: dict[str, int | None] = {"debate_id": debate.id}
    return Act(Action.CHANGE_ROLE, why, None, columns=columns, concerned_id=person_id, change=change)


async def decline_invitation(db: AsyncSession, invitation: ModeratorInvitation) -> None:
    invitation.closed_at = func.now()
    await db.flush()
    await _tell_host(db, invitation, NotificationKind.INVITATION_DECLINED)


async def _tell_host(db: AsyncSession, invitation: ModeratorInvitation, kind: NotificationKind) -> None:
    """Unless whoever sent it has left the site."""
    if (host_id := invitation.invited_by_id) is not None:
        await notify(db, user_id=host_id, kind=kind, actor_id=invitation.user_id, debate_id=invitation.debate_id)


async def step_down(db: AsyncSession, actor: Actor, debate: DebateHead) -> None:
    """Sessions go on: they open fewer doors from now on. What was decided stays, what they worked on waits for others;
    hosts are told, as they may want to invite somebody else."""
    await lock_judge(db, actor.id)
    own = delete(DebateRole).filter_by(debate_id=debate.id, user_id=actor.id, kind=DebateRoleKind.MODERATOR)
    if (await db.execute(own.returning(DebateRole.user_id))).one_or_none() is None:
        return  # By the first press of a double click, a moment ago.
    change = {"from": DebateRoleKind.MODERATOR, "to": None, **BY_THEMSELVES}
    await record(db, actor, _change_role(debate, actor.id, STEPPED_DOWN, change), debate.slug)
    await release_cases_of(db, actor.id)
    hosts = select(DebateRole.user_id).filter_by(debate_id=debate.id, kind=DebateRoleKind.HOST)
    told = (await db.scalars(hosts)).all()
    await notify_all(db, told, kind=NotificationKind.STEPPED_DOWN, actor_id=actor.id, debate_id=debate.id)


async def lock_open_invitation(db: AsyncSession, actor: Actor, debate_id: int) -> ModeratorInvitation | None:
    """The person's own, unless it has expired."""
    own = select(Invitation).filter_by(user_id=actor.id, debate_id=debate_id).where(is_in_time()).with_for_update()
    return (await db.execute(own)).scalar_one_or_none()

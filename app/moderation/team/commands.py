"""Invite a moderator, take that back, accept, decline, step down. Those whom it concerns are told."""

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.roles import set_debate_role
from app.actor import Actor
from app.held_cases import lock_judge, release_cases_of
from app.models import DebateRole, DebateRoleKind, ModeratorInvitation, NotificationKind, Stake, User
from app.moderation.team.expiry import is_in_time
from app.notifications.commands import notify, notify_all

Invitation = ModeratorInvitation


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


async def accept_invitation(db: AsyncSession, invitation: ModeratorInvitation) -> None:
    """A locked, open one. Sessions end, as with every change of role."""
    invitation.closed_at, invitation.is_accepted = func.now(), True
    user = await db.get_one(User, invitation.user_id)
    await db.flush()
    await set_debate_role(db, user, invitation.debate_id, DebateRoleKind.MODERATOR)
    await _tell_host(db, invitation, NotificationKind.INVITATION_ACCEPTED)


async def decline_invitation(db: AsyncSession, invitation: ModeratorInvitation) -> None:
    invitation.closed_at = func.now()
    await db.flush()
    await _tell_host(db, invitation, NotificationKind.INVITATION_DECLINED)


async def _tell_host(db: AsyncSession, invitation: ModeratorInvitation, kind: NotificationKind) -> None:
    """Unless whoever sent it has left the site."""
    if (host_id := invitation.invited_by_id) is not None:
        await notify(db, user_id=host_id, kind=kind, actor_id=invitation.user_id, debate_id=invitation.debate_id)


async def step_down(db: AsyncSession, actor: Actor, debate_id: int) -> None:
    """Sessions go on: they open fewer doors from now on. What was decided stays, what they worked on waits for others;
    hosts are told, as they may want to invite somebody else."""
    await lock_judge(db, actor.id)
    is_own = (DebateRole.debate_id == debate_id, DebateRole.user_id == actor.id)
    await db.execute(delete(DebateRole).where(*is_own, DebateRole.kind == DebateRoleKind.MODERATOR))
    await release_cases_of(db, actor.id)
    hosts = select(DebateRole.user_id).filter_by(debate_id=debate_id, kind=DebateRoleKind.HOST)
    told = (await db.scalars(hosts)).all()
    await notify_all(db, told, kind=NotificationKind.STEPPED_DOWN, actor_id=actor.id, debate_id=debate_id)


async def lock_open_invitation(db: AsyncSession, actor: Actor, debate_id: int) -> ModeratorInvitation | None:
    """The person's own, unless it has expired."""
    own = select(Invitation).filter_by(user_id=actor.id, debate_id=debate_id).where(is_in_time()).with_for_update()
    return (await db.execute(own)).scalar_one_or_none()

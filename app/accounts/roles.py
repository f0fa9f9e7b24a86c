"""Roles on the site and in a debate. Who may give them is the caller's question."""

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.sessions import end_sessions
from app.held_cases import lock_judge, release_cases_of
from app.models import DebateRole, DebateRoleKind, Role, User


async def set_role(db: AsyncSession, user: User, role: Role) -> None:
    """Sessions end, since those of moderators are shorter than those of members."""
    await db.execute(update(User).where(User.id == user.id).values(role=role))
    await release_cases_of(db, user.id)
    await end_sessions(db, user.id)


async def set_debate_role(db: AsyncSession, user: User, debate_id: int, kind: DebateRoleKind | None) -> list[int]:
    """Make somebody moderator or host of a debate, or (with no kind) neither: which cases are theirs no more."""
    if kind is None:
        await lock_judge(db, user.id)
        await db.execute(delete(DebateRole).where(DebateRole.debate_id == debate_id, DebateRole.user_id == user.id))
    else:
        row = insert(DebateRole).values(debate_id=debate_id, user_id=user.id, kind=kind)
        await db.execute(row.on_conflict_do_update(index_elements=["debate_id", "user_id"], set_={"kind": kind}))
    released = await release_cases_of(db, user.id)
    await end_sessions(db, user.id)
    return released

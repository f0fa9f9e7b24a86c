"""Who is told of what was decided about a whole debate, which concerns no single person."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import Actor
from app.models import Action, DebateRole, DebateRoleKind, Decision
from app.moderation.records import tell

TO_ALL_STAFF = (Action.REMOVE_DEBATE, Action.RESTORE_DEBATE)  # Else its moderators find it gone, and not why.


async def tell_staff(db: AsyncSession, actor: Actor, decision: Decision) -> None:
    """The debate's hosts, who can appeal; and its moderators where they have it no more."""
    staff = select(DebateRole.user_id).where(DebateRole.debate_id == decision.debate_id)
    if decision.action not in TO_ALL_STAFF:
        staff = staff.where(DebateRole.kind == DebateRoleKind.HOST)
    await tell(db, actor, decision, (await db.scalars(staff)).all())

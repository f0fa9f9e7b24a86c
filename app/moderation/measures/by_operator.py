"""Roles that the operator of the site gives on the server: decisions that no moderator made, in the log like all
others. Those in a debate are undone like any; those on the whole site on the server alone, by the same command."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.links import has_administrator, lock_first_administrator, use_link
from app.accounts.roles import set_debate_role, set_role
from app.accounts.sessions import NewSession, begin_session
from app.actor import Actor
from app.models import Action, Debate, DebateRoleKind, Decision, LinkPurpose, Role, User
from app.moderation.handing_back import keep_released
from app.moderation.measures.commands import find_role
from app.moderation.records import BY_OPERATOR, OPERATOR, Act, record, tell
from app.moderation.sanction_commands import lock_person

NO_REASON = "No reason was given."
BY_THE_LINK = "Opened the one-time link that the server prints while there is no administrator."
_OPERATOR = Actor(display_name=OPERATOR)


async def give_role(db: AsyncSession, user: User, role: Role, because: str) -> bool:
    """On the whole site. Nothing happens, and nothing is logged, where it is the role that they have."""
    decision = await _change_role(db, user, role, because)
    if decision is not None:
        await tell(db, _OPERATOR, decision)
    return decision is not None


async def become_administrator(db: AsyncSession, user_id: int, token: str, user_agent: str) -> NewSession | None:
    """The first administrator, by the link that the server printed at its start; nothing when it no longer works.
    Whoever opened it knows, and is not told."""
    await lock_first_administrator(db)
    if await has_administrator(db) or not await use_link(db, LinkPurpose.BECOME_ADMINISTRATOR, token):
        return None
    await _change_role(db, await db.get_one(User, user_id), Role.ADMINISTRATOR, BY_THE_LINK)
    return await begin_session(db, user_id, Role.ADMINISTRATOR, user_agent)


async def _change_role(db: AsyncSession, user: User, role: Role, because: str) -> Decision | None:
    await lock_person(db, user.id)
    await db.refresh(user, ["role"])
    if user.role == role:
        return None
    decision = await _record(db, user, {"from": user.role, "to": role}, because, None)
    await set_role(db, user, role)
    return decision


async def give_debate_role(
    db: AsyncSession, user: User, debate: Debate, kind: DebateRoleKind | None, because: str
) -> bool:
    """The same in one debate, where no kind means neither moderator nor host."""
    await lock_person(db, user.id)
    now, since = await find_role(db, debate.id, user.id)
    if now == kind:
        return False
    decision = await _record(db, user, {"from": now, "to": kind, "since": since}, because, debate)
    await keep_released(db, decision, await set_debate_role(db, user, debate.id, kind))
    await tell(db, _OPERATOR, decision)
    return True


async def _record(
    db: AsyncSession, user: User, change: dict[str, Any], because: str, debate: Debate | None
) -> Decision:
    columns: dict[str, int | None] | None = {"debate_id": debate.id} if debate else None
    act = Act(
        Action.CHANGE_ROLE, because.strip() or NO_REASON, None, columns=columns, concerned_id=user.id,
        change={**change, **BY_OPERATOR},
    )  # fmt: skip
    return await record(db, _OPERATOR, act, debate.slug if debate else None)

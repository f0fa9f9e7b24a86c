"""The named cast: who acts in tests, from a visitor to an administrator. Everybody is there once."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.actor import VISITOR, Actor, load_actor
from app.models import (
    Action,
    Debate,
    DebateRole,
    DebateRoleKind,
    Decision,
    Role,
    Sanction,
    SanctionKind,
    User,
)
from tests.factories import make_session, make_user

VISITOR_NAME = "visitor"
NAMES = (
    "newcomer", "member", "author", "debate_moderator", "other_moderator", "host", "site_moderator", "administrator",
    "silenced", "suspended",
)  # fmt: skip
_ROLES = {"site_moderator": Role.MODERATOR, "administrator": Role.ADMINISTRATOR}
_SANCTIONS = {
    "silenced": (SanctionKind.SILENCE, Action.SILENCE),
    "suspended": (SanctionKind.SUSPEND, Action.SUSPEND),
}


async def make_cast(db: AsyncSession, debate: Debate, other_debate: Debate) -> dict[str, User]:
    """Everybody but the visitor, with their roles and restrictions. The member has been here for a month."""
    a_month_ago = datetime.now(UTC) - timedelta(days=30)
    cast = {
        name: await make_user(db, name, role=_ROLES.get(name, Role.MEMBER), created_at=a_month_ago)
        for name in NAMES
        if name != "newcomer"
    }
    cast["newcomer"] = await make_user(db, "newcomer")
    for name, place, kind in (
        ("debate_moderator", debate, DebateRoleKind.MODERATOR),
        ("host", debate, DebateRoleKind.HOST),
        ("other_moderator", other_debate, DebateRoleKind.MODERATOR),
    ):
        db.add(DebateRole(debate_id=place.id, user_id=cast[name].id, kind=kind))
    for name, (kind, action) in _SANCTIONS.items():
        await _restrict(db, cast[name], cast["administrator"], kind, action)
    await db.flush()
    return cast


async def _restrict(db: AsyncSession, person: User, moderator: User, kind: SanctionKind, action: Action) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    decision = Decision(
        action=action, concerned_id=person.id, moderator_id=moderator.id, explanation="For the tests.", until=until
    )
    db.add(decision)
    await db.flush()
    db.add(Sanction(user_id=person.id, kind=kind, decision_id=decision.id, until=until))


async def actors_of(db: AsyncSession, cast: Mapping[str, User]) -> dict[str, Actor]:
    """How the program sees them when they are signed in; the visitor comes first."""
    actors = {VISITOR_NAME: VISITOR}
    for name in NAMES:
        actor = await load_actor(db, await make_session(db, cast[name]))
        assert actor is not None
        actors[name] = actor
    return actors

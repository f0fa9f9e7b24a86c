"""A member as those see them who may silence them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from app.db import Reader
from app.errors import NotFound
from app.models import Decision, Role, Sanction, SanctionKind, User
from app.moderation.queries import RESTRICTIONS


@dataclass(frozen=True, slots=True)
class SanctionedPerson:
    """A member, and the silence in force on the whole site if there is one."""

    id: int
    username: str
    name: str
    role: Role
    silenced_until: datetime | None
    silenced_by_id: int | None
    restriction_count: int


async def find_person(db: Reader, username: str) -> SanctionedPerson:
    in_force = and_(
        Sanction.user_id == User.id,
        Sanction.kind == SanctionKind.SILENCE,
        Sanction.debate_id.is_(None),
        Sanction.lifted_at.is_(None),
        Sanction.until > func.now(),
    )
    restrictions = select(func.count()).where(Decision.concerned_id == User.id, Decision.action.in_(RESTRICTIONS))
    statement = (
        select(
            User.id, User.username, User.display_name, User.role, Sanction.until, Sanction.decision_id,
            restrictions.scalar_subquery(),
        )
        .outerjoin(Sanction, in_force)
        .where(func.lower(User.username) == func.lower(username))
        .order_by(Sanction.until.desc())
        .limit(1)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("There is no member of this name.")
    return SanctionedPerson(*row)

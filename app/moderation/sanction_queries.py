"""A member as those see them who may silence or suspend them."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.actor import Restriction
from app.db import Reader
from app.errors import NotFound
from app.models import Decision, Role, Sanction, SanctionKind, User
from app.moderation.queries import RESTRICTS
from app.moderation.sanction_commands import IN_FORCE


@dataclass(frozen=True, slots=True)
class SanctionedPerson:
    """A member, and what is in force against them on the whole site: at most one restriction of each kind."""

    id: int
    username: str
    name: str
    role: Role
    restriction_count: int  # So far, with the texts of theirs that were hidden.
    in_force: tuple[Restriction, ...]

    @property
    def is_debate_staff(self) -> bool:
        """On the whole site a role in one debate makes nobody higher."""
        return False

    @property
    def kinds_left(self) -> list[SanctionKind]:
        in_force = {restriction.kind for restriction in self.in_force}
        return [kind for kind in SanctionKind if kind not in in_force]


async def find_person(db: Reader, username: str) -> SanctionedPerson:
    count = select(func.count()).where(Decision.concerned_id == User.id, RESTRICTS)
    person = select(User.id, User.username, User.display_name, User.role, count.scalar_subquery())
    row = (await db.execute(person.where(func.lower(User.username) == func.lower(username)))).one_or_none()
    if row is None:
        raise NotFound("There is no member of this name.")
    id, name, display_name, role, restriction_count = row
    return SanctionedPerson(id, name, display_name, role, restriction_count, await load_in_force(db, id))


async def load_in_force(db: Reader, person_id: int) -> tuple[Restriction, ...]:
    """On the whole site, the one that lasts longest first."""
    columns = (Sanction.kind, Sanction.debate_id, Sanction.until, Sanction.decision_id)
    in_force = select(*columns).where(Sanction.user_id == person_id, *IN_FORCE).order_by(Sanction.until.desc())
    return tuple(Restriction(*found) for found in await db.execute(in_force))

"""A person whom others report, as the rules and the queue see them: beside items, but on the whole site."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, null, select

from app.db import Reader
from app.errors import NotFound
from app.models import Case, User
from app.moderation.items import Participant, make_participant
from app.permission_terms import Bench
from app.permissions_to_judge import judges_of


@dataclass(frozen=True, slots=True)
class Reported:
    author: Participant | None  # The person, as rules call who is answerable; nobody once the account is gone.
    joined_at: datetime | None
    bench: Bench
    debate_id: None = None
    hidden_by_id: None = None
    removed_under: None = None

    @property
    def author_id(self) -> int | None:
        return self.author.id if self.author else None

    @property
    def id(self) -> int:
        if self.author is None:
            raise NotFound("This person has no account any more.")
        return self.author.id

    @property
    def name(self) -> str:
        return self.author.name if self.author else "A former member"

    @property
    def columns(self) -> dict[str, int | None]:
        """The columns by which flags and cases name them."""
        return {"person_id": self.author_id}


async def find_reported(db: Reader, username: str) -> Reported:
    row = (await db.execute(_select().where(func.lower(User.username) == func.lower(username)))).one_or_none()
    if row is None:
        raise NotFound("There is no member of this name.")
    return _reported(row)


async def find_reported_in(db: Reader, case_id: int) -> Reported:
    """Whom a case is about."""
    since = select(Case.opened_at).where(Case.id == case_id).scalar_subquery()
    statement = select(*_COLUMNS, judges_of(_NOWHERE, User.id, Case.id), since).select_from(Case)
    statement = statement.outerjoin(User, User.id == Case.person_id).where(Case.id == case_id)
    return _reported((await db.execute(statement)).one())


_COLUMNS = (User.id, User.username, User.display_name, User.role, null(), User.created_at)
_NOWHERE = cast(null(), BigInteger)  # No debate: everybody who moderates the site could decide.


def _select() -> Select[*tuple[Any, ...]]:
    """Since when it waits: since it was flagged, or else since the person came."""
    is_open = (Case.person_id == User.id, Case.closed_at.is_(None))
    open_case = (select(column).where(*is_open).correlate_except(Case) for column in (Case.opened_at, Case.id))
    flagged, case_id = [statement.scalar_subquery() for statement in open_case]
    return select(*_COLUMNS, judges_of(_NOWHERE, User.id, case_id), func.coalesce(flagged, User.created_at))


def _reported(row: Any) -> Reported:
    judges, waiting_since = row[6:]
    return Reported(make_participant(row[:5]), row[5], Bench.of(judges, waiting_since))

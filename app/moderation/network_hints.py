"""Which accounts came from the same network as somebody's, and who invited whom: hints for moderators, and no more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.db import Reader
from app.jobs import NETWORK_KEPT
from app.models import (
    Debate,
    FormerAccount,
    FormerTrace,
    ModeratorInvitation,
    NetworkTrace,
    Sanction,
    SanctionKind,
    User,
)
from app.moderation.sanction_commands import IN_FORCE

MOST_TELLING = 20  # Accounts. What more share is a school, an office or a mobile network, and says nothing.


@dataclass(frozen=True, slots=True)
class Neighbour:
    username: str
    name: str
    since: datetime
    last_at: datetime  # When the two were last there, the earlier of both.
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Former:
    """An account that was erased while it was restricted. Nobody knows any more whose it was."""

    kind: SanctionKind
    until: datetime
    erased_at: datetime
    is_invited: bool  # The person invited it to moderate or was invited by it; else it came from the same network.


@dataclass(frozen=True, slots=True)
class NetworkHint:
    neighbours: list[Neighbour]  # The latest ones; none where too many share the network.
    is_crowded: bool
    former: list[Former]


async def load_network_hint(db: Reader, person_id: int) -> NetworkHint:
    own, other = aliased(NetworkTrace), aliased(NetworkTrace)
    is_restricted = select(Sanction.id).where(Sanction.user_id == User.id, *IN_FORCE).exists()
    last_at = func.max(func.least(own.last_at, other.last_at))
    recent = func.now() - NETWORK_KEPT
    statement = (
        select(User.username, User.display_name, User.created_at, last_at, is_restricted)
        .join(other, other.user_id == User.id)
        .join(own, own.block_hash == other.block_hash)
        .where(own.user_id == person_id, User.id != person_id, own.last_at > recent, other.last_at > recent)
        .group_by(User.id)
        .order_by(last_at.desc(), User.id.desc())
        .limit(MOST_TELLING + 1)
    )
    found = [Neighbour(*row) for row in await db.execute(statement)]
    is_crowded = len(found) > MOST_TELLING
    former = await _load_former(db, person_id)
    return NetworkHint([], True, []) if is_crowded else NetworkHint(found, False, former)


async def _load_former(db: Reader, person_id: int) -> list[Former]:
    recent = func.now() - NETWORK_KEPT
    own = select(NetworkTrace.block_hash).where(NetworkTrace.user_id == person_id, NetworkTrace.last_at > recent)
    is_invited = func.bool_or(func.coalesce(FormerTrace.other_id == person_id, False))
    statement = (
        select(FormerAccount.kind, FormerAccount.until, FormerAccount.erased_at, is_invited)
        .join(FormerTrace, FormerTrace.former_id == FormerAccount.id)
        .where(or_(FormerTrace.other_id == person_id, FormerTrace.block_hash.in_(own)), FormerTrace.last_at > recent)
        .group_by(FormerAccount.id)
        .order_by(FormerAccount.id.desc())
        .limit(MOST_TELLING)
    )
    return [Former(*row) for row in await db.execute(statement)]


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody whom the person invited to moderate a debate, or who invited the person."""

    username: str
    name: str
    has_invited: bool  # The other one did; otherwise the person.
    motion: str
    at: datetime
    is_accepted: bool
    is_restricted: bool


async def load_invitations(db: Reader, person_id: int) -> list[Invited]:
    """The only invitations that there are: anybody may sign up. Closed ones are forgotten in time."""
    invitation = ModeratorInvitation
    is_invited, has_invited = invitation.user_id == person_id, invitation.invited_by_id == person_id
    other = or_(and_(is_invited, User.id == invitation.invited_by_id), and_(has_invited, User.id == invitation.user_id))
    is_restricted = select(Sanction.id).where(Sanction.user_id == User.id, *IN_FORCE).exists()
    columns = (User.username, User.display_name, is_invited, Debate.motion, invitation.created_at)
    statement = (
        select(*columns, invitation.is_accepted, is_restricted)
        .select_from(invitation)
        .join(User, other)
        .join(Debate, Debate.id == invitation.debate_id)
        .order_by(invitation.id.desc())
        .limit(MOST_TELLING)
    )
    return [Invited(*row) for row in await db.execute(statement)]

"""Who makes this request: read from the session cookie, once per request."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import LargeBinary, any_, bindparam, exists, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.batches import Batches
from app.db import Reader, reading
from app.models import DebateRole, DebateRoleKind, Decision, Role, Sanction, SanctionKind, Session, User
from app.plain_connection import PlainConnection, as_psycopg

IDLE_MEMBER = timedelta(days=14)
IDLE_STAFF = timedelta(minutes=30)  # Moderators' sessions open more doors, so an unattended screen closes sooner.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LAST_SEEN_STEP = timedelta(minutes=5)  # How exact "last seen" is: each step costs a write, and a wait for the disk.


@dataclass(frozen=True, slots=True)
class Restriction:
    """A sanction in force: on the whole site (no debate) or in one debate."""

    kind: SanctionKind
    debate_id: int | None
    until: datetime
    decision_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts, or a visitor (no id)."""

    id: int | None = None
    username: str = ""
    display_name: str = ""
    role: Role = Role.MEMBER
    created_at: datetime | None = None
    has_confirmed_email: bool = False
    unread_count: int = 0
    session_id: int | None = None
    last_seen_at: datetime = LONG_AGO
    debate_roles: Mapping[int, DebateRoleKind] = field(default_factory=dict)
    restrictions: tuple[Restriction, ...] = ()
    warning_id: int | None = None  # The first decision that warned them and that they have not confirmed to have read.

    @property
    def is_signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_site_staff(self) -> bool:
        return self.role in (Role.MODERATOR, Role.ADMINISTRATOR)

    def restriction(self, kind: SanctionKind, debate_id: int | None) -> Restriction | None:
        """The restriction of this kind that counts in the debate, or on the site when none is given."""
        return next((r for r in self.restrictions if r.kind == kind and r.debate_id in (None, debate_id)), None)


VISITOR = Actor()


def cookie_name(is_https: bool) -> str:
    """The `__Host-` prefix binds the cookie to the host and to TLS; plain http on loopback cannot have it."""
    return "__Host-session" if is_https else "session"


def hash_token(token: str) -> bytes:
    return sha256(token.encode()).digest()


_ROLES = (
    select(func.jsonb_object_agg(DebateRole.debate_id, DebateRole.kind))
    .where(DebateRole.user_id == User.id)
    .scalar_subquery()
)
_RESTRICTIONS = (
    select(
        func.jsonb_agg(func.jsonb_build_array(Sanction.kind, Sanction.debate_id, Sanction.until, Sanction.decision_id))
    )
    .where(Sanction.user_id == User.id, Sanction.lifted_at.is_(None), Sanction.until > func.now())
    .scalar_subquery()
)
_UNDOING = aliased(Decision)
_WARNING = (
    select(func.min(Decision.id))
    .where(
        Decision.concerned_id == User.id, Decision.action == literal_column("'warn'"),
        Decision.acknowledged_at.is_(None), ~exists().where(_UNDOING.reverses_id == Decision.id),
    )
    .scalar_subquery()
)  # fmt: skip
PERSON = (
    User.id, User.username, User.display_name, User.role, User.created_at, User.unread_count,
    User.email_verified_at, _ROLES.label("roles"), _RESTRICTIONS.label("restrictions"),
    _WARNING.label("warning_id"),
)  # fmt: skip
_HASHES = bindparam("hashes", type_=ARRAY(LargeBinary))
_ACTORS = (
    select(*PERSON, Session.token_hash, Session.id.label("session_id"), Session.last_seen_at, func.now().label("now"))
    .join(User, User.id == Session.user_id)
    .where(Session.token_hash == any_(_HASHES), Session.expires_at > func.now())
)

_ACTORS_IN_PSYCOPG = as_psycopg(_ACTORS)


class Actors:
    """Whose session it is, for all requests that ask at once."""

    def __init__(self, url: str) -> None:
        self._reads = PlainConnection(url)
        self._batches: Batches[bytes, Actor | None] = Batches(self._find)

    async def find(self, token: str) -> Actor | None:
        """The person of this session, unless it has ended."""
        return await self._batches.ask(hash_token(token))

    async def close(self) -> None:
        await self._batches.close()
        await self._reads.close()

    async def _find(self, hashes: list[bytes]) -> list[Actor | None]:
        rows = await self._reads.rows(_ACTORS_IN_PSYCOPG, {"hashes": hashes})
        found = {row.token_hash: _of_session(row) for row in rows}
        return [found.get(each) for each in hashes]


async def load_actor(db: Reader, token: str) -> Actor | None:
    """The same for what holds a connection and may have made the session itself just now."""
    row = (await db.execute(_ACTORS, {"hashes": [hash_token(token)]})).one_or_none()
    return None if row is None else _of_session(row)


def _of_session(row: Any) -> Actor | None:
    """From a row of _ACTORS, unless the session was left alone for too long."""
    if row.now - row.last_seen_at > (IDLE_MEMBER if row.role == Role.MEMBER else IDLE_STAFF):
        return None
    return replace(person_of(row), session_id=row.session_id, last_seen_at=row.last_seen_at)


def person_of(row: Any) -> Actor:
    """From the columns of PERSON, read by SQLAlchemy or by the driver alone."""
    return Actor(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=Role(row.role),
        created_at=row.created_at,
        has_confirmed_email=row.email_verified_at is not None,
        unread_count=row.unread_count,
        debate_roles={int(debate_id): DebateRoleKind(kind) for debate_id, kind in (row.roles or {}).items()},
        restrictions=tuple(
            Restriction(SanctionKind(kind), debate_id, datetime.fromisoformat(until), decision_id)
            for kind, debate_id, until, decision_id in row.restrictions or []
        ),
        warning_id=row.warning_id,
    )


async def get_actor(request: Request) -> Actor:
    """The dependency of every route. A visitor costs no statement."""
    token = request.cookies.get(cookie_name(request.app.state.settings.is_https))
    if token is None:
        return VISITOR
    actors: Actors = request.app.state.actors
    actor = await actors.find(token)
    if actor is None:
        return VISITOR
    if datetime.now(UTC) - actor.last_seen_at > LAST_SEEN_STEP:
        async with reading(request) as reads:
            await reads.execute(update(Session).where(Session.id == actor.session_id).values(last_seen_at=func.now()))
    return actor


CurrentActor = Annotated[Actor, Depends(get_actor)]

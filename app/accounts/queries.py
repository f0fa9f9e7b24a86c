"""What the account's page shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.user_agents import name_browser
from app.accounts.withheld_names import find_withholding
from app.actor import IDLE_MEMBER, IDLE_STAFF, Actor
from app.db import Reader
from app.models import LinkPurpose, MailRhythm, OneTimeLink, Role, Session, User
from app.trust import Trust, find_trust

SESSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class OwnSession:
    id: int
    browser: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    username: str
    display_name: str
    email: str | None
    pending_email: str | None
    mail_rhythm: MailRhythm
    sessions: tuple[OwnSession, ...]
    trust: Trust
    renamed_by_id: int | None  # The decision for which another name has to be chosen.


async def load_account(db: Reader, actor: Actor) -> AccountPage:
    pending = (
        select(OneTimeLink.email)
        .where(
            OneTimeLink.user_id == User.id,
            OneTimeLink.purpose == LinkPurpose.VERIFY_EMAIL,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > func.now(),
        )
        .order_by(OneTimeLink.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (User.username, User.display_name, User.email, pending.label("pending_email"), User.mail_rhythm)
    row = (await db.execute(select(*columns).where(User.id == actor.id))).one()
    sessions = await _load_sessions(db, actor)
    trust = await find_trust(db, actor)
    columns_shown = (row.username, row.display_name, row.email, row.pending_email, row.mail_rhythm)
    return AccountPage(*columns_shown, sessions, trust, await find_withholding(db, actor.id))


async def _load_sessions(db: Reader, actor: Actor) -> tuple[OwnSession, ...]:
    """Those that still work, this one first, then by when they were last seen."""
    idle = IDLE_MEMBER if actor.role == Role.MEMBER else IDLE_STAFF
    is_this = Session.id == actor.session_id
    statement = (
        select(Session.id, Session.user_agent, Session.created_at, Session.last_seen_at, is_this)
        .where(Session.user_id == actor.id, Session.expires_at > func.now(), Session.last_seen_at > func.now() - idle)
        .order_by(is_this.desc(), Session.last_seen_at.desc())
        .limit(SESSIONS_SHOWN)
    )
    rows = await db.execute(statement)
    return tuple(OwnSession(row.id, name_browser(row.user_agent), *row[2:]) for row in rows)


async def find_names(db: Reader, user_id: int) -> tuple[str, ...]:
    """What must not be a password of this person."""
    row = (await db.execute(select(User.username, User.display_name, User.email).where(User.id == user_id))).one()
    return words_known(*row)


def words_known(username: str, display_name: str, email: str | None) -> tuple[str, ...]:
    return (username, display_name, *(email or "").split("@"))

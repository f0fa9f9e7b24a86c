"""Sessions: beginning, ending, and the cookie that carries one."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from fastapi import Request
from sqlalchemy import delete, func, insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.actor import cookie_name, hash_token
from app.markdown import clean_line
from app.models import Role, Session

TOKEN_BYTES = 32  # 256 bits: not to be guessed, so a plain SHA-256 of it is enough in the table.
LONGEST_FOR_MEMBERS = timedelta(days=30)
LONGEST_FOR_STAFF = timedelta(hours=12)
LONGEST_USER_AGENT = 300  # Characters; enough to recognise the browser by.


@dataclass(frozen=True, slots=True)
class NewSession:
    user_id: int
    token: str
    lifetime: timedelta


async def begin_session(db: AsyncSession, user_id: int, role: Role, user_agent: str) -> NewSession:
    """A new token every time: one that somebody may have planted in the browser never becomes valid."""
    lifetime = LONGEST_FOR_MEMBERS if role == Role.MEMBER else LONGEST_FOR_STAFF
    session = NewSession(user_id, token_urlsafe(TOKEN_BYTES), lifetime)
    await db.execute(
        insert(Session).values(
            user_id=user_id,
            token_hash=hash_token(session.token),
            user_agent=_storable(user_agent)[:LONGEST_USER_AGENT],
            expires_at=func.now() + session.lifetime,
        )
    )
    return session


def _storable(user_agent: str) -> str:
    return clean_line(user_agent.replace("\0", ""))


async def end_session(db: AsyncSession, user_id: int, session_id: int) -> None:
    await db.execute(delete(Session).where(Session.user_id == user_id, Session.id == session_id))


async def end_sessions(db: AsyncSession, user_id: int, keep: int | None = None) -> None:
    """End all sessions of a person, but the one to keep. For acts after which nobody should stay signed in."""
    await db.execute(delete(Session).where(Session.user_id == user_id, Session.id.is_distinct_from(keep)))


def set_cookie(request: Request, answer: Response, session: NewSession) -> Response:
    is_https = request.app.state.settings.is_https
    answer.set_cookie(
        cookie_name(is_https),
        session.token,
        max_age=int(session.lifetime.total_seconds()),
        path="/",
        secure=is_https,
        httponly=True,
        samesite="lax",
    )
    return answer


def drop_cookie(request: Request, answer: Response) -> Response:
    is_https = request.app.state.settings.is_https
    answer.delete_cookie(cookie_name(is_https), path="/", secure=is_https, httponly=True, samesite="lax")
    return answer

"""Access tokens: what programs show instead of a cookie. Only the hash of one is kept, so it is shown once."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.forms import TokenForm
from app.actor import Actor, hash_token
from app.db import Reader
from app.errors import Conflict
from app.models import AccessToken, TokenScope

# Programs that look for secrets in public places know a token by its first letters.
TOKEN_PREFIX = "rejoinder_"
MOST_TOKENS = 20  # One for each program that a person uses; more are forgotten ones.
TOO_MANY = f"You have {MOST_TOKENS} tokens that work. Revoke one that you no longer use, then make the new one."
REVOKED = "The token that this form made is revoked. Open the page once more to make another one."


@dataclass(frozen=True, slots=True)
class OwnToken:
    id: int
    name: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


async def load_tokens(db: Reader, actor: Actor) -> tuple[OwnToken, ...]:
    """Those that work, the newest first."""
    statement = (
        select(
            AccessToken.id, AccessToken.name, AccessToken.scopes,
            AccessToken.created_at, AccessToken.last_used_at, AccessToken.expires_at,
        )
        .where(AccessToken.user_id == actor.id, is_valid())
        .order_by(AccessToken.id.desc())
    )  # fmt: skip
    rows = await db.execute(statement)
    return tuple(OwnToken(row.id, row.name, tuple(map(TokenScope, row.scopes)), *row[3:]) for row in rows)


def is_valid() -> ColumnElement[bool]:
    is_in_time = AccessToken.expires_at.is_(None) | (AccessToken.expires_at > func.now())
    return AccessToken.revoked_at.is_(None) & is_in_time


async def make_token(db: AsyncSession, actor: Actor, form: TokenForm, key: bytes) -> str:
    """The token for the page that shows it; the same form gives the same one.

    It is not random but follows from the site's secret and the form's key: nobody can compute it without both.
    """
    token = _token_of(key, actor, form.idempotency_key)
    if len(await load_tokens(db, actor)) >= MOST_TOKENS:
        raise Conflict(TOO_MANY)
    values = {
        "user_id": actor.id,
        "name": form.name,
        "token_hash": hash_token(token),
        "scopes": form.scopes,
        "expires_at": func.now() + timedelta(days=int(form.days)),
    }
    await db.execute(insert(AccessToken).values(values).on_conflict_do_nothing(index_elements=["token_hash"]))
    if not await db.scalar(select(is_valid()).where(AccessToken.token_hash == values["token_hash"])):
        raise Conflict(REVOKED)
    return token


def _token_of(key: bytes, actor: Actor, idempotency_key: str) -> str:
    digest = hmac.digest(key, f"{actor.id} {idempotency_key}".encode(), "sha256")
    return TOKEN_PREFIX + urlsafe_b64encode(digest).rstrip(b"=").decode()


async def revoke_token(db: AsyncSession, user_id: int, token_id: int) -> None:
    """One of a person's own; an id that is not, or not any more, changes nothing."""
    await _revoke(db, (AccessToken.user_id == user_id) & (AccessToken.id == token_id))


async def revoke_tokens(db: AsyncSession, user_id: int) -> None:
    """All of a person. For acts after which nobody but the person should act for them."""
    await _revoke(db, AccessToken.user_id == user_id)


async def _revoke(db: AsyncSession, which: ColumnElement[bool]) -> None:
    await db.execute(update(AccessToken).where(which, AccessToken.revoked_at.is_(None)).values(revoked_at=func.now()))

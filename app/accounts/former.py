"""Accounts that were erased while their person was restricted: what is kept of them, apart from the person.

Else a suspension would end with an erasure and a new sign-up. Kept are a keyed hash of the user name, which nobody can
take meanwhile, the end of the restriction, and for thirty days the networks: the same hint as of accounts that stand.
"""

import hmac

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import FormerAccount
from app.secret import site_key
from app.settings import Settings

HASH_BYTES = 16


def name_key(settings: Settings) -> bytes:
    return site_key(settings, "names of former accounts")


async def is_name_kept(db: AsyncSession, key: bytes, username: str) -> bool:
    """Whether the last account of this name was erased while a restriction of it is still in force."""
    kept = select(FormerAccount.id).filter_by(name_hash=_hash(key, username)).where(FormerAccount.until > func.now())
    return (await db.execute(kept)).one_or_none() is not None


async def keep_restricted(db: AsyncSession, key: bytes, user_id: int, username: str) -> None:
    """Before the account is erased. Nothing is kept of whom no silence or suspension holds."""
    await db.execute(_KEEP, {"user": user_id, "hash": _hash(key, username)})


def _hash(key: bytes, username: str) -> bytes:
    return hmac.digest(key, username.lower().encode(), "sha256")[:HASH_BYTES]


_KEEP = text("""
    WITH former AS (
        INSERT INTO former_accounts (name_hash, kind, until)
        SELECT CAST(:hash AS bytea), CASE WHEN bool_or(kind = 'suspend') THEN 'suspend' ELSE 'silence' END, max(until)
        FROM sanctions WHERE user_id = :user AND lifted_at IS NULL AND until > now() HAVING count(*) > 0
        ON CONFLICT (name_hash) DO UPDATE SET kind = excluded.kind, until = excluded.until, erased_at = now()
        RETURNING id
    )
    INSERT INTO former_traces (former_id, block_hash, other_id, last_at)
    SELECT former.id, block_hash, NULL, last_at FROM former, network_traces WHERE user_id = :user
    UNION ALL
    SELECT former.id, NULL, CASE WHEN user_id = :user THEN invited_by_id ELSE user_id END, max(created_at)
    FROM former, moderator_invitations
    WHERE user_id = :user AND invited_by_id IS NOT NULL OR invited_by_id = :user
    GROUP BY 1, 3
""")

"""One-time links: a token in an address, of which the database keeps only the hash."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.sessions import TOKEN_BYTES
from app.actor import hash_token
from app.db import Reader
from app.models import LinkPurpose, OneTimeLink, Role, User

PATHS = {
    LinkPurpose.VERIFY_EMAIL: "/verify-email",
    LinkPurpose.RESET_PASSWORD: "/reset-password",
    LinkPurpose.BECOME_ADMINISTRATOR: "/become-administrator",
}
LIFETIMES = {
    LinkPurpose.VERIFY_EMAIL: timedelta(hours=1),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.BECOME_ADMINISTRATOR: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that still works, and whose it is."""

    user_id: int
    username: str
    display_name: str
    email: str | None  # To be verified, for links that do that.


async def make_link(
    db: AsyncSession, purpose: LinkPurpose, user_id: int | None = None, email: str | None = None
) -> str:
    """The path of a new link, to be put behind the site's origin."""
    token = token_urlsafe(TOKEN_BYTES)
    await db.execute(
        insert(OneTimeLink).values(
            purpose=purpose,
            user_id=user_id,
            email=email,
            token_hash=hash_token(token),
            expires_at=func.now() + LIFETIMES[purpose],
        )
    )
    return f"{PATHS[purpose]}/{token}"


async def make_reset_link(db: AsyncSession, user: User) -> str:
    """For an administrator to hand out where no mail arrives. Whoever opens it sets the account's password."""
    return await make_link(db, LinkPurpose.RESET_PASSWORD, user.id)


async def make_administrator_link(db: AsyncSession) -> str | None:
    """The path under which somebody becomes the first administrator, or nothing when there is one."""
    return None if await has_administrator(db) else await make_link(db, LinkPurpose.BECOME_ADMINISTRATOR)


async def has_administrator(db: Reader) -> bool:
    return bool(await db.scalar(select(select(User.id).where(User.role == Role.ADMINISTRATOR).exists())))


async def find_link(db: Reader, purpose: LinkPurpose, token: str) -> OpenLink | None:
    """Whose link this is, if it still works. Following it is left to the form: GET never writes."""
    statement = (
        select(User.id, User.username, User.display_name, OneTimeLink.email)
        .join(User, User.id == OneTimeLink.user_id)
        .where(*_is_open(purpose, token))
    )
    row = (await db.execute(statement)).one_or_none()
    return OpenLink(*row) if row else None


async def can_become_administrator(db: Reader, token: str) -> bool:
    statement = select(OneTimeLink.id).where(*_is_open(LinkPurpose.BECOME_ADMINISTRATOR, token))
    return await db.scalar(statement) is not None and not await has_administrator(db)


async def use_link(db: AsyncSession, purpose: LinkPurpose, token: str) -> bool:
    """Use it up; of two who come at once, one gets true."""
    statement = (
        update(OneTimeLink).where(*_is_open(purpose, token)).values(used_at=func.now()).returning(OneTimeLink.id)
    )
    return (await db.execute(statement)).one_or_none() is not None


async def void_links(db: AsyncSession, purpose: LinkPurpose, user_id: int) -> None:
    """After one has served, the others of its kind that a person asked for do no more."""
    mine = (OneTimeLink.purpose == purpose, OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    await db.execute(update(OneTimeLink).where(*mine).values(used_at=func.now()))


def _is_open(purpose: LinkPurpose, token: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OneTimeLink.purpose == purpose,
        OneTimeLink.token_hash == hash_token(token),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > func.now(),
    )


# Two persons with two valid links would both find no administrator; with this lock the second one finds the first. It
# is another one than that of the log (7_263_002), which is taken last of all.
_FIRST_ADMINISTRATOR = 7_263_006


async def lock_first_administrator(db: AsyncSession) -> None:
    await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_ADMINISTRATOR})

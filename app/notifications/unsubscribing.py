"""The way out of letters that needs no session: an address with a token that only this site can make."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Reader
from app.errors import NotFound
from app.models import MailRhythm, NotificationChoice, User
from app.secret import site_key
from app.settings import Settings

ID_BYTES, MARK_BYTES = 8, 16  # Nobody guesses 128 bits.
GONE = "This address is not one of ours, or not whole. Copy all of it from the message."


def unsubscribe_path(settings: Settings, user_id: int) -> str:
    """It works for as long as the account and the site's secret are there: a letter may be old when it is read."""
    id_ = user_id.to_bytes(ID_BYTES)
    return f"/unsubscribe/{urlsafe_b64encode(id_ + _mark(settings, id_)).decode()}"


def read_token(settings: Settings, token: str) -> int:
    """Whose it is. NotFound for anything that this site has not made."""
    try:
        raw = urlsafe_b64decode(token.encode())
    except (Error, ValueError):
        raise NotFound(GONE) from None
    id_, mark = raw[:ID_BYTES], raw[ID_BYTES:]
    if not hmac.compare_digest(mark, _mark(settings, id_)):
        raise NotFound(GONE)
    return int.from_bytes(id_)


def _mark(settings: Settings, id_: bytes) -> bytes:
    return hmac.digest(site_key(settings, "unsubscribe"), id_, "sha256")[:MARK_BYTES]


async def unsubscribe(db: AsyncSession, user_id: int) -> None:
    """No more letters of any debate or thread; what they are told in the page stays. Doing it again changes nothing."""
    await db.execute(update(User).where(User.id == user_id).values(mail_rhythm=MailRhythm.NEVER))
    own = update(NotificationChoice).where(NotificationChoice.user_id == user_id)
    await db.execute(own.values(mail_rhythm=None))


async def find_rhythm(db: Reader, user_id: int) -> MailRhythm | None:
    found = await db.execute(select(User.mail_rhythm).where(User.id == user_id))
    return found.scalar_one_or_none()

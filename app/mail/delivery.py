"""Send what lies in the outbox, through the mail server or into a folder.

Into a folder exactly once: the file's name is the message's number. To a mail server at least once, which is as much
as SMTP can: a message counts as sent when the server has taken it and that is noted. A crash between the two sends it
again, with the same Message-ID, by which receivers may drop the copy. No transaction is open meanwhile: a message is
claimed by moving its next attempt into the future, further with each attempt, and no two workers claim the same.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, formataddr, localtime
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from aiosmtplib import SMTPException
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import transaction
from app.mail.folder import write_to_folder
from app.mail.outbox import ORIGIN, SITE_NAME
from app.mail.smtp import send_by_smtp
from app.settings import Settings

LOG = structlog.get_logger("app.mail")
MOST_ATTEMPTS = 14  # After 2, 4, 8 … minutes, then every 12 hours: three days, as mail servers do among themselves.
LONGEST_ERROR = 500  # Characters of a mail server's answer that are kept.


class Waiting(NamedTuple):
    id: int
    user_id: int | None
    recipient: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves."""

    recipient: str
    subject: str
    text: str
    html: str | None = None
    unsubscribe: str | None = None  # The address at which one press ends such letters (RFC 8058).


# Puts a message together when it leaves; nothing if there is nothing to say any more.
Compose = Callable[[AsyncEngine, Settings, Waiting], Awaitable[Letter | None]]


async def as_written(_: AsyncEngine, __: Settings, mail: Waiting) -> Letter | None:
    return Letter(mail.recipient, mail.subject, mail.body)


async def send_due_mails(engine: AsyncEngine, settings: Settings, compose: Compose = as_written) -> int:
    """Send what is due and tell how many; stops at the first that the mail server could not be reached for."""
    sent = 0
    while (mail := await _claim(engine)) is not None:
        letter = await compose(engine, settings, mail)
        if letter is None:
            await _note_sent(engine, mail)
            continue
        try:
            await _deliver(mail.id, letter, settings)
        except (SMTPException, OSError, ValueError) as error:
            await _note_failure(engine, mail, error)
            if isinstance(error, OSError):
                break
        else:
            await _note_sent(engine, mail)
            sent += 1
    return sent


CLAIM = text("""
    UPDATE mails
    SET attempts = attempts + 1,
        next_attempt_at = now() + least(interval '1 minute' * power(2, attempts + 1), interval '12 hours')
    WHERE id = (
        SELECT id FROM mails
        WHERE sent_at IS NULL AND next_attempt_at <= now() AND attempts < :most
        ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, user_id, recipient, subject, body
""")
# The body goes once it is sent: it may hold a link that signs somebody in.
SENT = text("UPDATE mails SET sent_at = now(), body = '', last_error = NULL WHERE id = :id")
FAILED = text("UPDATE mails SET last_error = :error WHERE id = :id")


async def _claim(engine: AsyncEngine) -> Waiting | None:
    async with transaction(engine) as db:
        row = (await db.execute(CLAIM, {"most": MOST_ATTEMPTS})).one_or_none()
    return Waiting._make(row) if row else None


async def _note_sent(engine: AsyncEngine, mail: Waiting) -> None:
    async with transaction(engine) as db:
        await db.execute(SENT, {"id": mail.id})


async def _note_failure(engine: AsyncEngine, mail: Waiting, error: Exception) -> None:
    LOG.warning("mail_not_sent", mail=mail.id, error=repr(error))
    async with transaction(engine) as db:
        await db.execute(FAILED, {"id": mail.id, "error": repr(error)[:LONGEST_ERROR]})


async def _deliver(mail_id: int, letter: Letter, settings: Settings) -> None:
    message = make_message(mail_id, letter, settings)
    if settings.smtp_host is None:
        await write_to_folder(settings.data, mail_id, message)
    else:
        await send_by_smtp(message, settings)


class UnbrokenAddress(str):
    """The value of the header, on one line: Python would write a long address in encoded words, which nobody reads."""

    name = "List-Unsubscribe"

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def make_message(mail_id: int, letter: Letter, settings: Settings) -> EmailMessage:
    def complete(text: str) -> str:
        return text.replace(ORIGIN, settings.origin).replace(SITE_NAME, settings.site_name)

    message = EmailMessage()
    message["From"] = formataddr((settings.site_name, settings.mail_from))
    message["To"] = letter.recipient
    message["Subject"] = complete(letter.subject)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<mail-{mail_id}@{urlsplit(settings.origin).hostname}>"
    message["Auto-Submitted"] = "auto-generated"  # Out-of-office programs do not answer these.
    if letter.unsubscribe is not None:
        message["List-Unsubscribe"] = UnbrokenAddress(f"<{letter.unsubscribe}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(f"{complete(letter.text)}\n\n-- \n{settings.site_name}\n{settings.origin}\n")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    return message

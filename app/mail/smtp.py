"""Hand a message to the mail server."""

from email.message import EmailMessage

import aiosmtplib

from app.settings import Settings

TIMEOUT = 20  # Seconds for each step; far below the first backoff, so that nobody else claims the message meanwhile.
PORT_OF_IMPLICIT_TLS = 465


async def send_by_smtp(message: EmailMessage, settings: Settings) -> None:
    is_implicit = settings.smtp_port == PORT_OF_IMPLICIT_TLS
    await aiosmtplib.send(
        message,
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        use_tls=is_implicit,
        start_tls=settings.smtp_starttls and not is_implicit,
        timeout=TIMEOUT,
    )

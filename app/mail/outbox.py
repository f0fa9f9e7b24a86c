"""The outbox: a message is a row of the transaction whose act it reports, so neither exists without the other."""

from collections.abc import Sequence

from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Mail

SEND_MAILS = "send_mails"  # The task's name in the queue.

# What the sender puts in when a message leaves, so that commands need not know the site's settings, and waiting
# messages follow the site when it moves.
ORIGIN, SITE_NAME = "{origin}", "{site_name}"

# Never opened: jobs are written on the connection of the session that writes the message.
_jobs = JobManager(PsycopgConnector())


async def write_mail(db: AsyncSession, recipient: str | None, subject: str, body: str) -> None:
    """Put a message into the outbox, and a job that sends it as soon as this transaction has committed.

    Without a recipient the same is done with a row that counts as sent: so it takes no longer to ask for an account
    that exists than for one that does not.
    """
    if recipient:
        db.add(Mail(recipient=recipient, subject=subject, body=body))
    else:
        db.add(Mail(recipient="", subject="", body="", sent_at=func.now()))
    await db.flush()
    await _send_soon(db)


async def write_mails(db: AsyncSession, recipients: Sequence[str], subject: str, body: str) -> None:
    """The same message to many, with one job for all."""
    await db.execute(_WRITE_MANY, {"recipients": list(recipients), "subject": subject, "body": body})
    await _send_soon(db)


_WRITE_MANY = text(
    "INSERT INTO mails (recipient, subject, body) SELECT unnest(CAST(:recipients AS text[])), :subject, :body"
)


async def _send_soon(db: AsyncSession) -> None:
    connection = await (await db.connection()).get_raw_connection()
    job = configure_task(name=SEND_MAILS, job_manager=_jobs, connection=connection.driver_connection)
    await job.defer_async()

"""The outbox: a message is a row of the transaction whose act it reports, so neither exists without the other."""

from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task
from sqlalchemy import func
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
    await wake(db, SEND_MAILS)


async def write_letter(db: AsyncSession, user_id: int, subject: str) -> int:
    """The same for a letter that is put together when it leaves; its id. `subject` is how that begins."""
    mail = Mail(user_id=user_id, recipient="", subject=subject, body="")
    db.add(mail)
    await db.flush()
    await wake(db, SEND_MAILS)
    return mail.id


async def wake(db: AsyncSession, task: str) -> None:
    """Have a worker take a turn at this task as soon as this transaction has committed."""
    connection = await (await db.connection()).get_raw_connection()
    job = configure_task(name=task, job_manager=_jobs, connection=connection.driver_connection)
    await job.defer_async()

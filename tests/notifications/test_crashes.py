"""Workers that are killed or run side by side, a mail server that fails: nothing is lost, nothing comes twice."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.doctor.examination import examine
from app.mail.delivery import MOST_ATTEMPTS
from app.models import Mail, Notification
from app.settings import Settings
from tests.cli_server import ROOT, environment
from tests.notifications.mail_server import mail_server
from tests.notifications.people import Post, make_thread

SECONDS = 30


@asynccontextmanager
async def worker(settings: Settings, port: int | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    """`rejoinder worker`, as a process of its own; killed at the end."""
    server = {"REJOINDER_SMTP_HOST": "127.0.0.1", "REJOINDER_SMTP_PORT": str(port)} if port else {}
    values = {
        "REJOINDER_DATABASE_URL": settings.database_url or "", "REJOINDER_DATA": str(settings.data),
        "REJOINDER_ORIGIN": settings.origin, "REJOINDER_SMTP_STARTTLS": "false",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.cli", "worker", cwd=ROOT, env=environment(**values, **server),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        await kill(process)


async def kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def until_sent(db: AsyncSession, count: int) -> None:
    async with asyncio.timeout(SECONDS):
        while await db.scalar(select(func.count()).where(Mail.sent_at.is_not(None))) != count:
            await db.rollback()
            await asyncio.sleep(0.05)


async def make_due(db: AsyncSession) -> None:
    """As if the time until the next attempt had passed."""
    await db.execute(update(Mail).values(next_attempt_at=func.now()))
    await db.commit()


def files(settings: Settings) -> list[Path]:
    return sorted((settings.data / "mail").glob("*.eml"))


async def test_a_worker_killed_while_it_sends_loses_nothing(db: AsyncSession, settings: Settings) -> None:
    thread = await make_thread(db)
    await thread.reply()
    async with mail_server(lambda: None) as hanging, worker(settings, hanging.port) as process:
        await asyncio.wait_for(hanging.reached.wait(), SECONDS)
        await kill(process)
    assert await db.scalar(select(func.count()).where(Mail.sent_at.is_(None))) == 1
    await make_due(db)
    async with mail_server() as mails, worker(settings, mails.port):
        await until_sent(db, 1)
        assert [message["message-id"] for message in mails.taken] == ["<mail-1@127.0.0.1>"]
        assert mails.taken[0]["subject"] == "Bob rebuts your argument"


async def test_a_worker_killed_before_it_began_loses_nothing(db: AsyncSession, settings: Settings) -> None:
    """The reply is committed; whoever should have told of it is gone, with the jobs that it had in hand."""
    thread = await make_thread(db)
    await thread.reply()
    await db.execute(text("DELETE FROM jobs.procrastinate_jobs"))
    await db.commit()
    async with worker(settings):
        await until_sent(db, 1)
    assert len(files(settings)) == 1


async def test_two_workers_send_each_letter_once(db: AsyncSession, settings: Settings) -> None:
    threads = [await make_thread(db)]
    async with mail_server() as mails, worker(settings, mails.port), worker(settings, mails.port):
        for _ in range(10):
            await threads[0].reply()
            await db.execute(text("UPDATE users SET told_by_mail_at = NULL"))
            await db.commit()
        async with asyncio.timeout(SECONDS):
            while await db.scalar(select(func.count()).where(Notification.mail_due_at.is_not(None))):
                await db.rollback()
                await asyncio.sleep(0.05)
        letters = await db.scalar(select(func.count()).select_from(Mail))
        await until_sent(db, letters or 0)
    assert len({message["message-id"] for message in mails.taken}) == len(mails.taken) == letters
    said = "".join(str(message) for message in mails.taken)
    assert sum(said.count(f"/debates/mill/arguments/{id_}\n") for id_ in range(2, 12)) == 10


async def test_rounds_at_once_write_one_letter(db: AsyncSession, post: Post, settings: Settings) -> None:
    thread = await make_thread(db)
    for _ in range(5):
        await thread.reply()
    await asyncio.gather(*(post.go_round() for _ in range(4)))
    assert await db.scalar(select(func.count()).select_from(Mail)) == 1
    assert len(files(settings)) == 1


async def test_a_letter_that_no_server_takes_is_given_up_where_the_doctor_sees_it(
    db: AsyncSession, post: Post, settings: Settings
) -> None:
    thread = await make_thread(db)
    await thread.reply()
    async with mail_server(lambda: b"451 try later\r\n") as mails:
        post.work = post.work._replace(
            settings=settings.model_copy(
                update={"smtp_host": "127.0.0.1", "smtp_port": mails.port, "smtp_starttls": False}
            )
        )
        for _ in range(MOST_ATTEMPTS + 1):
            await post.go_round()
            await make_due(db)
    mail = (await db.scalars(select(Mail))).one()
    assert (mail.attempts, mail.sent_at) == (MOST_ATTEMPTS, None)
    findings = [finding async for finding in examine(db) if finding.count]
    assert [(finding.name, finding.count) for finding in findings] == [("mails are not given up", 1)]
    assert "try later" in findings[0].examples[0]

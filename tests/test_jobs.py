"""Mail from the outbox, sweeps, and the worker that does both."""

import asyncio
import email
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.db import make_engine, transaction
from app.jobs import Work, delete_expired, forget_old_hits, worker_beside
from app.mail import delivery
from app.mail.delivery import MOST_ATTEMPTS, send_due_mails
from app.mail.outbox import write_mail
from app.models import LinkPurpose, Mail, OneTimeLink, RateLimitHit, Session
from app.settings import Settings
from tests.factories import make_session, make_user

WAIT = 5.0  # Seconds until a test gives up waiting for the worker.


@pytest.fixture
async def own_engine(settings: Settings) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(settings.sqlalchemy_url, 4)
    yield engine
    await engine.dispose()


@pytest.fixture
def with_server(settings: Settings) -> Settings:
    return settings.model_copy(update={"smtp_host": "mail.example.org"})


class FakeServer:
    """Stands in for the mail server: takes messages, or fails as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.options: dict[str, object] = {}
        self.error: Exception | None = None

    async def send(self, message: EmailMessage, **options: object) -> None:
        self.options = options
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        self.taken.append(message)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeServer:
    server = FakeServer()
    monkeypatch.setattr(aiosmtplib, "send", server.send)
    return server


async def write(db: AsyncSession, recipient: str | None = "ada@example.org", body: str = "Look: {origin}/a") -> None:
    await write_mail(db, recipient, "News from {site_name}", body)
    await db.commit()


async def test_without_a_server_mail_becomes_a_file(
    settings: Settings, own_engine: AsyncEngine, db: AsyncSession
) -> None:
    await write(db, body="Ä 🦉 {origin}/a")
    assert await send_due_mails(own_engine, settings) == 1
    (path,) = (settings.data / "mail").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["to"], message["subject"]) == ("ada@example.org", "News from Rejoinder")
    assert f"Ä 🦉 {settings.origin}/a" in message.get_content()
    assert path.stat().st_mode & 0o777 == 0o600


async def test_links_do_not_stay_in_the_table(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    await write(db, body="{origin}/reset-password/secret")
    await send_due_mails(own_engine, settings)
    mail = (await db.scalars(select(Mail))).one()
    assert (mail.body, mail.last_error, mail.attempts) == ("", None, 1)
    assert mail.sent_at is not None


async def test_server_gets_it_with_its_settings(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, server: FakeServer
) -> None:
    await write(db)
    assert await send_due_mails(own_engine, with_server) == 1
    assert server.options["start_tls"] is True
    assert server.options["port"] == 587
    assert server.taken[0]["message-id"] == "<mail-1@127.0.0.1>"
    assert server.taken[0]["auto-submitted"] == "auto-generated"


async def test_server_that_is_away_is_tried_again_later(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, server: FakeServer
) -> None:
    await write(db)
    await write(db)
    server.error = SMTPServerDisconnected("gone")
    assert await send_due_mails(own_engine, with_server) == 0
    tried, untried = (await db.scalars(select(Mail).order_by(Mail.id))).all()
    assert (tried.attempts, untried.attempts) == (1, 0)  # The rest would have failed as well.
    assert "gone" in (tried.last_error or "")
    assert timedelta(minutes=1) < tried.next_attempt_at - datetime.now(UTC) <= timedelta(minutes=2)
    server.error = None
    assert await send_due_mails(own_engine, with_server) == 1
    await db.execute(update(Mail).values(next_attempt_at=func.now()))
    await db.commit()
    assert await send_due_mails(own_engine, with_server) == 1
    assert len(server.taken) == 2


async def test_refused_recipient_does_not_hold_up_others(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, server: FakeServer
) -> None:
    await write(db)
    server.error = SMTPRecipientsRefused([])
    await send_due_mails(own_engine, with_server)
    server.error = None
    await write(db, "bob@example.org")
    assert await send_due_mails(own_engine, with_server) == 1
    assert server.taken[0]["to"] == "bob@example.org"


async def test_waits_grow_and_end(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, server: FakeServer
) -> None:
    await write(db)
    server.error = SMTPServerDisconnected("gone")
    waits: list[timedelta] = []
    for _ in range(MOST_ATTEMPTS + 1):
        await db.execute(update(Mail).values(next_attempt_at=func.now()))
        await db.commit()
        await send_due_mails(own_engine, with_server)
        mail = (await db.scalars(select(Mail).execution_options(populate_existing=True))).one()
        waits.append(mail.next_attempt_at - datetime.now(UTC))
    minutes = [round(wait.total_seconds() / 60) for wait in waits]
    assert minutes == [2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720, 720, 720, 720, 0]
    assert mail.attempts == MOST_ATTEMPTS


async def test_crash_between_sending_and_noting_sends_again(
    with_server: Settings,
    own_engine: AsyncEngine,
    db: AsyncSession,
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await write(db)

    async def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_note_sent", crash)
        with pytest.raises(KeyboardInterrupt):
            await send_due_mails(own_engine, with_server)
    await db.execute(update(Mail).values(next_attempt_at=func.now()))
    await db.commit()
    await send_due_mails(own_engine, with_server)
    assert [message["message-id"] for message in server.taken] == ["<mail-1@127.0.0.1>"] * 2


async def test_several_senders_send_each_once(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, server: FakeServer
) -> None:
    for number in range(20):
        await write(db, f"m{number}@example.org")
    counts = await asyncio.gather(*(send_due_mails(own_engine, with_server) for _ in range(4)))
    assert sum(counts) == 20
    assert len({message["to"] for message in server.taken}) == 20


async def test_act_that_fails_sends_nothing(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    await write_mail(db, "ada@example.org", "News", "")
    await db.rollback()
    assert await send_due_mails(own_engine, settings) == 0
    assert await db.scalar(text("SELECT count(*) FROM jobs.procrastinate_jobs")) == 0


async def test_mail_to_nobody_is_not_sent(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    await write(db, None)
    assert await send_due_mails(own_engine, settings) == 0


async def test_worker_sends_soon_after_the_commit_and_stops_at_once(
    settings: Settings, own_engine: AsyncEngine, db: AsyncSession
) -> None:
    async with worker_beside(Work(own_engine, settings)):
        await asyncio.sleep(0.5)  # Its turn at the start is over; from now on only the commit can wake it.
        began = time.monotonic()
        await write(db)
        await _until_there_is_mail(settings.data / "mail")
        assert time.monotonic() - began < 3
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def test_worker_sends_what_was_left_lying(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    await write(db)
    await db.execute(text("DELETE FROM jobs.procrastinate_jobs"))
    await db.commit()
    async with worker_beside(Work(own_engine, settings)):
        await _until_there_is_mail(settings.data / "mail")


async def test_worker_stops_though_the_mail_server_hangs(
    with_server: Settings, own_engine: AsyncEngine, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = asyncio.Event()

    async def hang(*_: object, **__: object) -> None:
        reached.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(aiosmtplib, "send", hang)
    await write(db)
    async with worker_beside(Work(own_engine, with_server)):
        await asyncio.wait_for(reached.wait(), WAIT)
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def _until_there_is_mail(folder: Path) -> None:
    async with asyncio.timeout(WAIT):
        while not list(folder.glob("*.eml")):  # noqa: ASYNC110, ASYNC240  (nothing announces a file)
            await asyncio.sleep(0.02)


async def test_expired_things_are_deleted(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    user = await make_user(db)
    for _ in range(2):
        await make_session(db, user)
    await db.execute(update(Session).where(Session.id == 1).values(expires_at=func.now() - timedelta(seconds=1)))
    for number, age in enumerate((timedelta(days=2), timedelta(0))):
        await db.execute(
            insert(OneTimeLink).values(
                purpose=LinkPurpose.RESET_PASSWORD, token_hash=bytes([number]), expires_at=func.now() - age
            )
        )
    for sent, created in ((8, 8), (1, 1), (None, 31), (None, 1)):
        await db.execute(
            insert(Mail).values(
                recipient="", subject="", body="",
                sent_at=func.now() - timedelta(days=sent) if sent else None,
                created_at=func.now() - timedelta(days=created),
            )
        )  # fmt: skip
    await db.commit()
    await delete_expired(Work(own_engine, settings))
    counts = [await db.scalar(select(func.count()).select_from(table)) for table in (Session, OneTimeLink, Mail)]
    assert counts == [1, 1, 2]


async def test_old_hits_are_forgotten(settings: Settings, own_engine: AsyncEngine, db: AsyncSession) -> None:
    async with transaction(own_engine) as own:
        for days in (0, 5):
            window = func.now() - timedelta(days=days)
            await own.execute(insert(RateLimitHit).values(limit_name="x", key_hash=b"x", window_start=window, hits=1))
    await forget_old_hits(Work(own_engine, settings))
    assert await db.scalar(select(func.count()).select_from(RateLimitHit)) == 1

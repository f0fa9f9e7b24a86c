"""Work that no request waits for: a queue in the database, worked off beside the server or by `rejoinder worker`.

Every task is a sweep that does whatever is due, so it may run twice or skip a turn, and any number of workers may
run: what one has in hand the others pass over.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from signal import SIGINT, SIGTERM
from typing import NamedTuple

import structlog
from procrastinate import App, PsycopgConnector
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app import rate_limits
from app.db import make_engine, transaction
from app.mail.delivery import send_due_mails
from app.mail.outbox import SEND_MAILS
from app.settings import Settings

LOG = structlog.get_logger("app.jobs")
WORKER_CONNECTIONS = 3  # Of a worker of its own; beside the server it shares the server's.
STOP_SECONDS = 3  # For the task in hand; what it leaves undone the next worker does.
RETRY_SECONDS = 5  # After the database went away.
POLL_SECONDS = 30  # New jobs announce themselves; this is for announcements that were lost.


WATCH_SECONDS = 2  # Between two looks of a watch: short for readers, and a look costs one statement.


class Work(NamedTuple):
    engine: AsyncEngine
    settings: Settings


Act = Callable[[Work], Awaitable[object]]


class Duties(NamedTuple):
    """What features on higher floors have a worker do: tasks by a timetable, and watches that look every few seconds
    whether something is due, which the queue would write down each time."""

    timetable: Mapping[str, tuple[Act, str]] = {}
    watches: tuple[Act, ...] = ()


NO_DUTIES = Duties()


async def send_mails(work: Work) -> None:
    await send_due_mails(work.engine, work.settings)


async def forget_old_hits(work: Work) -> None:
    async with transaction(work.engine) as db:
        await rate_limits.forget_old_hits(db)


SENT_MAIL_KEPT = timedelta(days=7)  # For the question "was it sent?".
UNSENT_MAIL_KEPT = timedelta(days=30)  # Then nobody would want it any more.
LINK_KEPT = timedelta(days=1)  # After its end, so that whoever follows it late reads why it does not work.
NETWORK_KEPT = timedelta(days=30)  # As long as the longest suspension that one moderator alone gives.
# Jobs without a worker were in hand when it was killed; the next turn has done their work.
EXPIRED = (
    "DELETE FROM sessions WHERE expires_at < now()",
    "DELETE FROM one_time_links WHERE expires_at < now() - CAST(:link AS interval)",
    """DELETE FROM mails WHERE sent_at < now() - CAST(:sent AS interval)
                            OR created_at < now() - CAST(:unsent AS interval)""",
    "DELETE FROM network_traces WHERE last_at < now() - CAST(:network AS interval)",
    "DELETE FROM former_traces WHERE last_at < now() - CAST(:network AS interval)",
    "DELETE FROM former_accounts WHERE greatest(until, erased_at + CAST(:network AS interval)) < now()",
    "DELETE FROM jobs.procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL",
)


async def delete_expired(work: Work) -> None:
    periods = {"link": LINK_KEPT, "sent": SENT_MAIL_KEPT, "unsent": UNSENT_MAIL_KEPT, "network": NETWORK_KEPT}
    for statement in EXPIRED:
        async with transaction(work.engine) as db:
            await db.execute(text(statement), {name: at for name, at in periods.items() if f":{name} " in statement})


TIMETABLE: dict[str, tuple[Act, str]] = {
    SEND_MAILS: (send_mails, "* * * * *"),
    "forget_old_hits": (forget_old_hits, "17 * * * *"),
    "delete_expired": (delete_expired, "42 * * * *"),
}


def run_worker(settings: Settings, duties: Duties = NO_DUTIES) -> None:
    """Work until SIGTERM or SIGINT."""
    asyncio.run(_run_alone(settings, duties))


async def _run_alone(settings: Settings, duties: Duties) -> None:
    stopped = asyncio.Event()
    for signal in (SIGTERM, SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal, stopped.set)
    engine = make_engine(settings.sqlalchemy_url, WORKER_CONNECTIONS)
    async with worker_beside(Work(engine, settings), duties):
        await stopped.wait()
    await engine.dispose()


@asynccontextmanager
async def worker_beside(work: Work, duties: Duties = NO_DUTIES) -> AsyncIterator[None]:
    """A worker for as long as the block runs; it stops within STOP_SECONDS and a little."""
    acts = [_keep_working(work, duties), *(_keep_watch(work, watch) for watch in duties.watches)]
    tasks = [asyncio.create_task(act) for act in acts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _keep_working(work: Work, duties: Duties) -> None:
    """A worker ends with its connection to the database; then another one begins."""
    while True:
        try:
            await _work(work, duties)
        except Exception as error:
            LOG.warning("worker_failed", error=repr(error))
        await asyncio.sleep(RETRY_SECONDS)


async def _keep_watch(work: Work, watch: Act) -> None:
    while True:
        try:
            await watch(work)
        except Exception as error:
            LOG.warning("watch_failed", error=repr(error))
        await asyncio.sleep(WATCH_SECONDS)


async def _work(work: Work, duties: Duties) -> None:
    async with make_queue(work, duties).open_async() as queue:
        await queue.run_worker_async(
            install_signal_handlers=False,
            shutdown_graceful_timeout=STOP_SECONDS,
            fetch_job_polling_interval=POLL_SECONDS,
            delete_jobs="always",  # What failed is in the log, and comes again by the timetable.
        )


def make_queue(work: Work, duties: Duties = NO_DUTIES) -> App:
    connector = PsycopgConnector(
        conninfo=work.settings.sqlalchemy_url.replace("postgresql+psycopg://", "postgresql://", 1),
        kwargs={"options": "-c search_path=jobs"},
        min_size=1,
        max_size=2,
    )
    queue = App(connector=connector)
    for name, (act, cron) in {**TIMETABLE, **duties.timetable}.items():
        _add_task(queue, work, name, act, cron)
    return queue


def _add_task(queue: App, work: Work, name: str, act: Act, cron: str) -> None:
    """Known to the queue under this name, and put into it by the timetable; the moment of that does not matter."""

    async def task(timestamp: int = 0) -> None:
        await act(work)

    queue.periodic(cron=cron)(queue.task(name=name)(task))

"""The database that a command works on: the given one, or the built-in one for as long as the command runs."""

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.embedded_postgres import EmbeddedPostgres

T = TypeVar("T")

OLDEST_SERVER = 15  # The oldest that is tested.
TEND_SECONDS = 1.0


def load_settings() -> Settings:
    from app.cli.failures import Failure

    settings = Settings()
    try:
        if settings.database_url is not None:
            settings.sqlalchemy_url, settings.owner_url  # noqa: B018  (says now what is wrong with them)
    except ValueError as error:
        raise Failure(str(error)) from error
    return settings


def site_origin(settings: Settings, port: int) -> str:
    """Where people reach the site: by default on the port that it listens on."""
    return settings.origin if "origin" in settings.model_fields_set else f"http://127.0.0.1:{port}"


def served_origin(settings: Settings) -> str:
    """The same for a command beside the server, which may have been started on another port than it would be now."""
    from app.data_folder import serving_url

    if "origin" not in settings.model_fields_set:
        return serving_url(settings.data) or site_origin(settings, default_port())
    return site_origin(settings, default_port())


@contextmanager
def open_database(settings: Settings) -> Iterator[Settings]:
    """The settings with the address of a database that answers."""
    if settings.database_url is not None:
        _check_server(settings)
        yield settings
        return
    from sqlalchemy.engine import make_url

    from app.embedded_postgres import SERVING_ROLE, EmbeddedPostgres

    server = EmbeddedPostgres(settings.data)
    try:
        with _tended(server, server.start()) as url:
            serving = make_url(url).set(username=SERVING_ROLE).render_as_string(hide_password=False)
            yield settings.model_copy(update={"database_url": serving, "database_owner_url": url})
    finally:
        with _undisturbed():
            server.stop()


def _check_server(settings: Settings) -> None:
    import psycopg

    from app.cli.failures import UNREADABLE_URL, Failure

    try:
        with psycopg.connect(settings.owner_url.replace("+psycopg", "", 1)) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.ProgrammingError as error:
        raise Failure(UNREADABLE_URL) from error
    if version < OLDEST_SERVER:
        raise Failure(f"The database is PostgreSQL {version}; Rejoinder needs {OLDEST_SERVER} or newer.")


@contextmanager
def _tended(server: "EmbeddedPostgres", url: str) -> Iterator[str]:
    """Let somebody look after the server, so that it comes back if it dies."""
    ended = Event()

    def tend() -> None:
        import structlog

        from app.data_folder import CannotServe

        while not ended.wait(TEND_SECONDS):
            try:
                server.tend()
            except CannotServe as error:
                structlog.get_logger("app.database").error("built_in_server_does_not_start", error=str(error))

    tender = Thread(target=tend, name="postgres", daemon=True)
    tender.start()
    try:
        yield url
    finally:
        ended.set()
        tender.join()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not leave the server behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def in_transaction(settings: Settings, act: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    """Run it in one transaction, which is committed when it returns."""
    import asyncio

    from app.db import make_engine, transaction

    async def run() -> T:
        engine = make_engine(settings.sqlalchemy_url, 1)
        try:
            async with transaction(engine) as db:
                return await act(db)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def require_current(settings: Settings) -> None:
    from app import schema
    from app.cli.failures import Failure

    if not schema.is_current(settings.owner_url):
        raise Failure("The database is not at this version's schema. Run: rejoinder migrate")


def default_port() -> int:
    """Where the server of this machine listens, for links in the output of other commands."""
    port = os.environ.get("PORT", "")
    return int(port) if port.isdecimal() else 8000

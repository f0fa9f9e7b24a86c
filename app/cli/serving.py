"""What `rejoinder serve` does: prepare the data, then answer on a port until somebody ends it."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from app.cli.database import in_transaction, load_settings, open_database, require_current, site_origin
from app.cli.failures import Failure
from app.data_folder import claim_serving
from app.interchange.queries import has_debate
from app.interchange.seed import SeedDebate, SeedError
from app.logs import set_up_logs
from app.serving_role import grant_serving_rights
from app.settings import Settings

BACKLOG = 2048  # Connections that wait to be accepted; more than a machine of this kind answers in a second.
SHUTDOWN_SECONDS = 5  # For requests in flight.
START_SECONDS = 60  # For a process that answers requests; it takes one or two on an idle machine.


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    migrate: bool
    seed: Path | None
    demo: bool
    workers: int


def run(options: Options) -> None:
    set_up_logs()
    settings = load_settings()
    is_built_in = settings.database_url is None
    settings = settings.model_copy(update={"origin": site_origin(settings, options.port)})
    try:
        with ExitStack() as stack:
            if is_built_in:
                stack.enter_context(claim_serving(settings.data, settings.origin))
            listener = stack.enter_context(listening(options.host, options.port))
            settings = stack.enter_context(open_database(settings))
            bring_up_to_date(settings, may_migrate=is_built_in or options.migrate)
            fill(settings, options)
            answer(settings, options, listener)
    except KeyboardInterrupt:
        return


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on which readers can already queue while the data is prepared."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            raise Failure(_why_not(host, port, error)) from error
        yield listener


def _why_not(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is in use by another program. Choose another one with --port or PORT."
        case errno.EACCES:
            return f"Port {port} needs special rights. Choose one above 1023 with --port or PORT."
    return f"Cannot listen on {host}: {error.strerror or error}."


def bring_up_to_date(settings: Settings, *, may_migrate: bool) -> None:
    from app import schema

    if not may_migrate:
        require_current(settings)
        return
    if not schema.is_current(settings.owner_url):
        typer.echo("Bringing the database up to date ...")
        schema.upgrade(settings.owner_url)
    grant_serving_rights(settings.owner_url, settings.sqlalchemy_url)


def fill(settings: Settings, options: Options) -> None:
    """Load what was asked for, before anybody is served."""
    from app.cli import loading

    if options.demo:
        loading.load_demo(settings, loading.read(options.seed or loading.first_seed()))
    elif options.seed is not None:
        load_again(settings, loading.read(options.seed))


def load_again(settings: Settings, seed: SeedDebate) -> None:
    """A debate that is there already is served even if its seed has changed in a way that cannot be loaded."""
    from app.cli import loading

    try:
        loading.load(settings, seed)
    except SeedError as error:
        if not in_transaction(settings, lambda db: has_debate(db, seed.slug)):
            raise
        typer.echo(f"rejoinder: {error} The debate is served as it was.", err=True)


def answer(settings: Settings, options: Options, listener: socket.socket) -> None:
    """Hand the settings to the processes that answer by their environment, and run these."""
    os.environ["REJOINDER_DATABASE_URL"] = settings.sqlalchemy_url
    os.environ["REJOINDER_ORIGIN"] = settings.origin
    config = uvicorn.Config(
        "app.cli.application:create", factory=True, workers=options.workers, loop="uvloop", http="httptools",
        ws="none", lifespan="on", log_config=None, access_log=False, proxy_headers=False, server_header=False,
        backlog=BACKLOG, timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )  # fmt: skip
    if options.workers > 1:
        _Processes(config, listener, _greeting(settings)).run()
    else:
        _Server(config, _greeting(settings)).run(sockets=[listener])


def _greeting(settings: Settings) -> str:
    from app.accounts.links import make_administrator_link

    words = f"Rejoinder serves {settings.origin}"
    if path := in_transaction(settings, make_administrator_link):
        words += f"\nNobody administers it yet. This link makes you its administrator, once:\n{settings.origin}{path}"
    return words


class _Server(uvicorn.Server):
    """Says so when it answers."""

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        typer.echo(self._greeting)


class _Processes(Multiprocess):
    """Says so when the first of them answers."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, greeting: str) -> None:
        super().__init__(config, sockets=[listener])
        self._greeting = greeting

    def init_processes(self) -> None:
        super().init_processes()
        if self.processes[0].wait_until_ready(START_SECONDS):
            typer.echo(self._greeting)

"""The site that the browser tests visit: the program on a port of its own, with four debates and a cast."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import structlog
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from app.accounts.passwords import HASHER
from app.db import make_engine, transaction
from app.interchange.commands import load_seed
from app.interchange.seed_files import read_seed
from app.logs import SHARED
from app.main import create_app
from app.models import DebateRole, DebateRoleKind, Role, User
from app.settings import Settings
from app.standing.running import run_debate
from app.standing.settling import settle_due
from tests.factories import PASSWORD, make_debate, make_session, make_user
from tests.standing.camps import make_camps

ROOT = Path(__file__).parent.parent.parent
SEED = ROOT / "seeds" / "transactional-vs-institutional"
DEBATE = "/debates/transactional-vs-institutional"
YARD_SEED = ROOT / "tests" / "fixtures" / "three-positions"
YARD = "/debates/old-railway-yard"
CAMPS = "/debates/camps"  # With enough votes for opinion groups.
MILL = "/debates/mill"  # With an essay that its host revises.
START_SECONDS = 10
# No administrator: the page on which somebody becomes the first one is there only until then.
CAST = {
    "keeper": Role.MODERATOR,
    "deputy": Role.MODERATOR,
    "author": Role.MEMBER,
    "member": Role.MEMBER,
    "newcomer": Role.MEMBER,
    "host": Role.MEMBER,
}


@dataclass(frozen=True)
class Site:
    """Where it is served, who is there (all with PASSWORD), and the database for looking behind the pages."""

    origin: str
    settings: Settings
    engine: AsyncEngine
    cast: dict[str, User]

    async def session_of(self, name: str) -> str:
        """A session's token for somebody of the cast, which spares the test the sign-in page."""
        async with transaction(self.engine) as db:
            return await make_session(db, self.cast[name])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def open_site(database_url: str, folder: Path) -> AsyncIterator[Site]:
    port = free_port()
    settings = site_settings(database_url, folder, port)
    site = await furnish(settings)
    with serve(settings, port):
        yield site
    await site.engine.dispose()


def site_settings(database_url: str, folder: Path, port: int) -> Settings:
    origin = f"http://127.0.0.1:{port}"
    fixed = {"database_url": database_url, "data": folder, "origin": origin}
    return Settings(_env_file=None, run_jobs=False, pace_threads=False, **fixed)


@contextmanager
def serve(settings: Settings, port: int) -> Iterator[None]:
    """Serve in a thread with a loop of its own, as the engine of the program belongs to the loop that it runs in."""
    _set_up_logs()
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, name="site")
    thread.start()
    end = monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or monotonic() > end:
            raise RuntimeError("The site did not start.")
        sleep(0.02)
    yield
    server.should_exit = True
    thread.join()


def _set_up_logs() -> None:
    """Plain lines and tracebacks: the richer ones of an unconfigured structlog take half a minute for one error."""
    renderer = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*SHARED, renderer])


async def furnish(settings: Settings) -> Site:
    """Load four debates and let the cast in. Their accounts are old, so that first-day limits do not bind them."""
    engine = make_engine(settings.sqlalchemy_url, 2)
    password_hash = HASHER.hash(PASSWORD)
    joined = datetime.now(UTC) - timedelta(days=30)
    async with transaction(engine) as db:
        await load_seed(db, read_seed(SEED))
        await load_seed(db, read_seed(YARD_SEED))
        cast = {
            name: await make_user(db, name, role, password_hash=password_hash, created_at=joined)
            for name, role in CAST.items()
        }
        camps = await make_camps(db, slug="camps", voters=[cast["member"]])
        for debate in (camps, await make_debate(db, "mill")):
            db.add(DebateRole(debate_id=debate.id, user_id=cast["host"].id, kind=DebateRoleKind.HOST))
    await settle_due(engine)
    await run_debate(engine, camps.id)
    return Site(settings.origin, settings, engine, cast)

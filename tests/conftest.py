"""A real PostgreSQL for the tests: each test gets an empty database of its own."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app import embedded_postgres, schema
from app.db import make_engine, transaction
from app.embedded_postgres import EmbeddedPostgres
from app.main import create_app
from app.models import User
from app.settings import Settings
from tests.browsers import FormBrowser
from tests.databases import Databases
from tests.factories import make_session

ORIGIN = "http://127.0.0.1:8000"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # Processes side by side may share a server, not a template.
TEMPLATE = os.environ.get("REJOINDER_TEST_TEMPLATE", "rejoinder_template") + WORKER


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of this run: the one that REJOINDER_TEST_DATABASE_URL names, or the built-in one."""
    if given := os.environ.get("REJOINDER_TEST_DATABASE_URL"):
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"))
    with pytest.MonkeyPatch.context() as patch:
        # Nothing in these databases has to survive a crash, and waiting for the disk would be most of the run.
        patch.setattr(embedded_postgres, "FIXED", [fixed.replace("=on", "=off") for fixed in embedded_postgres.FIXED])
        url = server.start()
    yield url
    server.stop()


@pytest.fixture(scope="session")
def template_url(server_url: str) -> str:
    url = make_url(server_url).set(database=TEMPLATE)
    _administer(server_url, f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
    schema.upgrade(url.render_as_string(hide_password=False))
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def databases(server_url: str, template_url: str) -> Databases:
    return Databases(server_url, TEMPLATE)


@pytest.fixture
def database_url(databases: Databases, template_url: str) -> Iterator[str]:
    with _borrowed(databases, template_url) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """One database for the tests of a module that commit nothing."""
    with _borrowed(databases, template_url) as url:
        yield url


@contextmanager
def _borrowed(databases: Databases, template_url: str) -> Iterator[str]:
    name = databases.take()
    yield make_url(template_url).set(database=name).render_as_string(hide_password=False)
    databases.give_back(name)


def _administer(server_url: str, *statements: str) -> None:
    url = make_url(server_url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, database_url=database_url, data=tmp_path, origin=ORIGIN, run_jobs=False, pace_threads=False
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def engine(app: FastAPI) -> AsyncEngine:
    return app.state.engine


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[AsyncSession]:
    """A session for arranging and looking: commit what the application is to see."""
    engine = make_engine(settings.sqlalchemy_url, 2)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        yield db
    await engine.dispose()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A visitor's browser: same-origin requests, redirects not followed."""
    async with _browser(app) as client:
        yield client


@pytest.fixture
async def browser_of(app: FastAPI, engine: AsyncEngine) -> AsyncIterator[Callable[[User], Awaitable[AsyncClient]]]:
    """The browser of somebody who is signed in: `client = await browser_of(user)`."""
    clients: list[AsyncClient] = []

    async def open_browser(user: User) -> AsyncClient:
        async with transaction(engine) as db:
            token = await make_session(db, user)
        client = _browser(app, cookies={"session": token})
        clients.append(client)
        return client

    yield open_browser
    for client in clients:
        await client.aclose()


def _browser(app: FastAPI, cookies: dict[str, str] | None = None) -> AsyncClient:
    return FormBrowser(
        transport=ASGITransport(app, raise_app_exceptions=False),
        base_url=ORIGIN,
        headers={"Sec-Fetch-Site": "same-origin"},
        cookies=cookies,
    )

"""The database's schema: bring it up to date, take it back, compare it with the models."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app.db import Base

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 7_263_001  # An advisory lock: of several programs that start at once, one migrates.


def upgrade(url: str, revision: str = "head") -> None:
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    _run(url, lambda config: command.downgrade(config, revision))


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision that this program knows."""
    with _connection(url) as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())


def current_revision(url: str) -> str:
    """The newest revision that the database has been brought to; "base" for an empty one."""
    with _connection(url) as connection:
        return ", ".join(MigrationContext.configure(connection).get_current_heads()) or "base"


def is_behind(url: str, revision: str) -> bool:
    """Whether the revision is one that the database has left behind: the way to it goes down."""
    with _connection(url) as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    script = ScriptDirectory(str(MIGRATIONS))
    passed = {step.revision for step in script.iterate_revisions(current, "base")} if current else set()
    return revision == "base" or (revision in passed and revision not in current)


def differences(url: str) -> list[Any]:
    """What the models say and the database does not have, or the other way round; empty when they agree."""
    with _connection(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def make_revision(url: str, message: str) -> None:
    """Draft a revision from what the models have and the database has not; a person finishes it."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True))


def _run(url: str, act: Any) -> None:
    with _connection(url) as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
        connection.commit()
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
        act(config)


def _connection(url: str) -> Connection:
    return create_engine(url, poolclass=NullPool).connect()

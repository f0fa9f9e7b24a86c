"""Alembic's entry: app/schema.py calls it with an open connection."""

from alembic import context
from sqlalchemy import Connection

import app.models  # noqa: F401  (registers the tables)
from app.db import Base

LOCK_TIMEOUT = "5s"  # A migration that waits longer for a lock would make every reader wait behind it.


def run(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    connection.commit()  # Otherwise the migrations would run inside this transaction, which nobody commits.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])

"""A connection of its own for the small statements that every request asks: SQLAlchemy costs more than they do."""

from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import make_url
from sqlalchemy.sql import ClauseElement

from app.db import STATEMENT_TIMEOUT


class QuickReads:
    """Runs one statement at a time, each by itself. Whoever asks waits for the one before."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def rows(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        try:
            return await self._ask(statement, parameters)
        except psycopg.OperationalError:  # The server was restarted: once more on a new connection.
            await self.close()
            return await self._ask(statement, parameters)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._connection = None

    async def _ask(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=0, row_factory=namedtuple_row,
                options=f"-c statement_timeout={STATEMENT_TIMEOUT} -c timezone=UTC",
            )  # fmt: skip
        cursor = await self._connection.execute(statement, parameters)
        return await cursor.fetchall()


def as_psycopg(statement: ClauseElement) -> str:
    """The text of a statement for `rows`, with its parameters as %(name)s; all of them are handed in."""
    compiled = statement.compile(dialect=make_url("postgresql+psycopg://").get_dialect()())
    assert not [name for name, value in compiled.params.items() if value is not None]
    return str(compiled)

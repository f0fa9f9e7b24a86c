"""A connection of its own for the small statements of every request: SQLAlchemy costs more than they do."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import make_url
from sqlalchemy.sql import ClauseElement

from app.db import STATEMENT_TIMEOUT

LOCK_TIMEOUT = "2s"  # Everybody who asks here waits behind whoever waits for a lock.
OPTIONS = f"-c statement_timeout={STATEMENT_TIMEOUT} -c lock_timeout={LOCK_TIMEOUT} -c timezone=UTC"

Statement = tuple[str, dict[str, Any]]


class PlainConnection:
    """Answers one call after the other. Opened when first asked, and anew when the server was restarted."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def rows(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        """What one statement gives."""
        return (await self._ask([(statement, parameters)], is_whole=False))[0]

    async def transaction(self, statements: Sequence[Statement]) -> list[list[Any]]:
        """What each gives, all or none of them done, and kept when this returns; sent in one go."""
        return await self._ask(statements, is_whole=True)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        self._connection = None

    async def _ask(self, statements: Sequence[Statement], *, is_whole: bool) -> list[list[Any]]:
        send = self._send_together if is_whole else self._send
        try:
            return await send(await self._open(), statements)
        except psycopg.OperationalError:
            if self._connection is not None and not self._connection.closed:
                raise
        return await send(await self._open(), statements)

    async def _open(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, prepare_threshold=0, row_factory=namedtuple_row, options=OPTIONS
            )
        return self._connection

    @staticmethod
    async def _send(connection: psycopg.AsyncConnection[Any], statements: Sequence[Statement]) -> list[list[Any]]:
        return [await _rows_of(await connection.execute(*statement)) for statement in statements]

    @staticmethod
    async def _send_together(
        connection: psycopg.AsyncConnection[Any], statements: Sequence[Statement]
    ) -> list[list[Any]]:
        async with connection.pipeline(), connection.transaction():
            cursors = [await connection.execute(*statement) for statement in statements]
        return [await _rows_of(cursor) for cursor in cursors]


async def _rows_of(cursor: psycopg.AsyncCursor[Any]) -> list[Any]:
    return await cursor.fetchall() if cursor.description else []


def as_psycopg(statement: ClauseElement) -> str:
    """The text of a statement of SQLAlchemy, with its parameters as %(name)s; all of them are handed in."""
    compiled = statement.compile(dialect=make_url("postgresql+psycopg://").get_dialect()())
    assert not [name for name, value in compiled.params.items() if value is not None]
    return str(compiled)

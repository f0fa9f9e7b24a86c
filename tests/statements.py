"""The statements that a block sends to the database, for tests that a page's number of them does not grow."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from sqlalchemy import event


@contextmanager
def counted_statements(app: FastAPI) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("UPDATE sessions SET last_seen_at"):  # By the clock, and not by the page.
            statements.append(statement)

    engines = [app.state.engine.sync_engine, app.state.reads_engine.sync_engine]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)

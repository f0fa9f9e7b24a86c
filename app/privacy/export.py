"""All that is kept about a person as one JSON document, written while it is read (docs/PRIVACY.md)."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import ColumnProperty

from app.db import Reader
from app.privacy.tables import BESIDE, OWNED, Beside, Owned

FORMAT = 1
BATCH = 500  # Read in one statement; between them no connection is held, however slow the reader is.

Open = Callable[[], AbstractAsyncContextManager[Reader]]


def sections() -> list[Owned | Beside]:
    return [*(each for each in OWNED if each.section), *BESIDE]


async def export_person(open_reader: Open, user_id: int, site: str) -> AsyncIterator[bytes]:
    head = {"format": FORMAT, "site": site, "exported_at": datetime.now(UTC).isoformat(timespec="seconds")}
    yield json.dumps(head)[:-1].encode()
    for section in sections():
        yield f',\n"{section.section}": ['.encode()
        separator = "\n"
        async for row in _rows(open_reader, section, user_id):
            yield separator.encode() + json.dumps(row, ensure_ascii=False, default=_as_json).encode()
            separator = ",\n"
        yield b"]"
    yield b"\n}\n"


async def _rows(open_reader: Open, section: Owned | Beside, user_id: int) -> AsyncIterator[dict[str, Any]]:
    """In the order of their keys, a batch at a time."""
    keys = list(inspect(section.model).primary_key)
    columns = _columns(section, {key.name for key in keys})
    statement = select(*columns).where(section.mine(user_id)).order_by(*keys).limit(BATCH)
    after: tuple[Any, ...] | None = None
    while True:
        part = statement if after is None else statement.where(tuple_(*keys) > after)
        async with open_reader() as db:
            rows = (await db.execute(part)).mappings().all()
        for row in rows:
            yield dict(row)
        if len(rows) < BATCH:
            return
        after = tuple(rows[-1][key.name] for key in keys)


def _columns(section: Owned | Beside, keys: set[str]) -> list[Any]:
    """All but secrets, what is rendered from others, and who other people are."""
    own = section.column if isinstance(section, Owned) else ""
    left_out = section.leave_out | {"search_vector"}
    return [
        getattr(section.model, prop.key).label(prop.columns[0].name)
        for prop in inspect(section.model).attrs
        if isinstance(prop, ColumnProperty)
        and prop.key not in left_out
        and (prop.key == own or prop.columns[0].name in keys or not _names_somebody(prop.columns[0]))
    ]


def _names_somebody(column: Any) -> bool:
    return any(key.column.table.name == "users" for key in column.foreign_keys)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)

"""Whether the log is as it was written: in the database, and as a file that somebody kept."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision, LogEntry
from app.moderation.chain import Break, Head, Link, Walk
from app.moderation.chain_queries import load_heads, read_chain

HEADS_FILE = "log-heads.jsonl"
UNLOGGED_SHOWN = 100


async def verify_log(
    db: AsyncSession, walk: Walk, advance: Callable[[int], object] = lambda count: None
) -> AsyncIterator[Break]:
    """Every break, in the order of the entries."""
    async for links in read_chain(db):
        for found in walk.along(links):
            yield found
        advance(len(links))
    for found in walk.end():
        yield found


async def published_heads(db: AsyncSession, data: Path | None) -> dict[int, str]:
    """The hashes that were published by number. What stands in the data folder counts more than the database's word."""
    heads = {head.number: head.hash for head in await load_heads(db)}
    return heads | (read_heads(data / HEADS_FILE) if data else {})


def read_heads(path: Path) -> dict[int, str]:
    if not path.exists():
        return {}
    found: dict[int, str] = {}
    for line in filter(str.strip, path.read_text().splitlines()):
        head = json.loads(line)
        found.setdefault(head["number"], head["hash"])  # The earliest word on a number counts.
    return found


def verify_file(document: Mapping[str, Any], walk: Walk) -> Iterator[Break]:
    """A file as `/log.json` gives it. Of a filtered one each entry is checked, but not what stands between them."""
    walk.is_whole = walk.is_whole and not document.get("filters")
    links = sorted(map(read_link, document["entries"]), key=lambda link: link.number or 0)
    yield from walk.along(links)
    yield from walk.end()
    head = document.get("head")
    if walk.is_whole and head and Head(head["number"], head["hash"]) != walk.last:
        yield Break(head["number"], None, "head", "the file names it as its head, and does not end with it")


def read_link(entry: Mapping[str, Any]) -> Link:
    chain = entry["chain"]
    salts = chain.get("salts") or {}
    words = {"moderator": entry.get("moderator"), "explanation": entry.get("explanation")}
    return Link(entry["number"], chain["hash"], chain["previous_hash"], chain.get("committed"), words, salts)


async def find_unlogged(db: AsyncSession) -> list[Break]:
    """Decisions that no entry of the log names: the last entries may have been cut off."""
    logged = select(LogEntry.id).where(LogEntry.decision_id == Decision.id)
    statement = select(Decision.id).where(~logged.exists()).order_by(Decision.id).limit(UNLOGGED_SHOWN)
    return [
        Break(None, id, "missing", f"decision {id} stands in no entry of the log") for id in await db.scalars(statement)
    ]

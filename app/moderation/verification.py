"""Whether the log is as it was written: in the database, and as a file that somebody kept."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Decision, LogEntry
from app.moderation.chain import Break, Head, Link, Walk
from app.moderation.chain_queries import load_heads, read_chain

HEADS_FILE = "log-heads.jsonl"
BREAKS_SHOWN = 100


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
    for entry in sorted(document["entries"], key=lambda entry: entry["number"] or 0):
        yield from list(walk.along([read_link(entry)])) or _compare_shown(entry)
    yield from walk.end()
    head = document.get("head")
    if walk.is_whole and head and Head(head["number"], head["hash"]) != walk.last:
        yield Break(head["number"], None, "head", "the file names it as its head, and does not end with it")


def read_link(entry: Mapping[str, Any]) -> Link:
    chain = entry["chain"]
    salts = chain.get("salts") or {}
    words = {"moderator": entry.get("moderator"), "explanation": entry.get("explanation")}
    return Link(entry["number"], chain["hash"], chain["previous_hash"], chain.get("committed"), words, salts)


def _compare_shown(entry: Mapping[str, Any]) -> Iterator[Break]:
    """What stands beside the chain for people to read says the same as what was hashed."""
    committed = entry["chain"].get("committed")
    if committed is None:
        return
    decision_id = committed["decision_id"]
    at = datetime.fromisoformat(committed["at"]).astimezone(UTC).isoformat(timespec="seconds")
    said = {
        "at": at, "action": committed["action"], "debate": committed["debate_slug"],
        "item_kind": committed["item"].get("kind"), "item_id": committed["item"].get("id"),
        "house_rule": committed["house_rule"], "until": committed["item"].get("until"),
        "scope": committed["item"].get("scope"),
    }  # fmt: skip
    differing = [name for name, value in said.items() if entry.get(name) != value]
    if str(entry.get("decision_url") or "").rpartition("/")[2] != str(decision_id or ""):
        differing.append("decision_url")
    if differing:
        named = ", ".join(differing)
        yield Break(entry["number"], None, "shown", f"what it shows is not what was hashed: {named}")


async def find_unlogged(db: AsyncSession) -> list[Break]:
    """Decisions that no entry of the log names: the last entries may have been cut off."""
    logged = select(LogEntry.id).where(LogEntry.decision_id == Decision.id)
    statement = select(Decision.id).where(~logged.exists()).order_by(Decision.id).limit(BREAKS_SHOWN)
    return [
        Break(None, id, "missing", f"decision {id} stands in no entry of the log") for id in await db.scalars(statement)
    ]

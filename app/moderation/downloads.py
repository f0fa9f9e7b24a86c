"""The log as files, for people who check it with a spreadsheet or a program of their own (docs/LOG.md)."""

import json
from collections.abc import AsyncIterator
from typing import Any

from app.actor import Actor
from app.moderation.chain_queries import committed
from app.moderation.log_filters import LogFilters
from app.moderation.log_queries import LogLine, Open, read_head, read_log, read_withheld
from app.spreadsheets import write_csv

Value = str | int | None

COLUMNS = (
    "number", "at", "moderator", "action", "debate", "item_kind", "item_id", "item_url", "until", "scope", "house_rule",
    "explanation", "decision_url", "hash",
)  # fmt: skip


def to_record(line: LogLine, origin: str) -> dict[str, Value]:
    entry = line.entry
    return {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="seconds"),
        "moderator": entry.moderator_name,
        "action": entry.action.value,
        "debate": entry.debate_slug,
        "item_kind": line.item_kind,
        "item_id": entry.item.get("id"),
        "item_url": origin + line.place if line.place else None,
        "until": entry.item.get("until"),
        "scope": entry.item.get("scope"),
        "house_rule": entry.house_rule,
        "explanation": entry.explanation,
        "decision_url": f"{origin}/decisions/{entry.decision_id}" if entry.decision_id else None,
        "hash": entry.hash,
    }


def to_entry(line: LogLine, origin: str) -> dict[str, Any]:
    """A record with what its hash is made of."""
    record: dict[str, Any] = to_record(line, origin)
    entry = line.entry
    chain = {
        "hash": record.pop("hash"),
        "previous_hash": entry.previous_hash,
        "committed": committed(entry),
        "salts": {"moderator": entry.moderator_salt, "explanation": entry.explanation_salt},
    }
    return {**record, "chain": chain}


async def stream_csv(
    open_reader: Open, actor: Actor, filters: LogFilters, debate_id: int | None, origin: str
) -> AsyncIterator[str]:
    yield write_csv(COLUMNS, [])
    async for line in read_log(open_reader, actor, filters, debate_id):
        yield write_csv(COLUMNS, [to_record(line, origin)], with_header=False)


async def stream_json(
    open_reader: Open, actor: Actor, filters: LogFilters, debate_slug: str | None, debate_id: int | None, origin: str
) -> AsyncIterator[bytes]:
    """Newest first. Of a file without filters the entries that the reader may not see are there as bare hashes."""
    chosen = {**filters.chosen, **({"debate": debate_slug} if debate_slug else {})}
    head = await read_head(open_reader)
    if filters.before is not None:
        chosen["before"] = str(filters.before)
    elif head is not None:
        filters = filters.model_copy(update={"before": head.number + 1})
    described = {"format": 1, "site": origin, "filters": chosen, "head": head._asdict() if head else None}
    yield _bytes(described)[:-1] + b', "entries": ['
    first = True
    async for line in read_log(open_reader, actor, filters, debate_id):
        yield (b"\n" if first else b",\n") + _bytes(to_entry(line, origin))
        first = False
    if not chosen and head is not None:
        async for number, hash, previous_hash in read_withheld(open_reader, actor, head):
            stub = {"number": number, "withheld": True, "chain": {"hash": hash, "previous_hash": previous_hash}}
            yield (b"\n" if first else b",\n") + _bytes(stub)
            first = False
    yield b"\n]}\n"


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

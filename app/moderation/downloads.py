"""The log as files, for people who check it with a spreadsheet or a program of their own."""

import csv
import io
from collections.abc import Sequence

from app.moderation.log_queries import LogLine

# A spreadsheet takes a cell that begins so for a formula, which could fetch or send things. (The wide twins count.)
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

Value = str | int | None


def to_record(line: LogLine, origin: str) -> dict[str, Value]:
    return {
        "id": line.id,
        "at": line.at.isoformat(timespec="seconds"),
        "moderator": line.moderator_name,
        "action": line.action.value,
        "debate": line.debate_slug,
        "item_kind": line.item_kind,
        "item_id": line.item["id"],
        "item_url": origin + line.place if line.place else None,
        "house_rule": line.house_rule,
        "explanation": line.explanation,
        "decision_url": f"{origin}/decisions/{line.decision_id}",
    }


COLUMNS = (
    "id", "at", "moderator", "action", "debate", "item_kind", "item_id", "item_url", "house_rule", "explanation",
    "decision_url",
)  # fmt: skip


def to_csv(records: Sequence[dict[str, Value]]) -> str:
    """RFC 4180. A cell that could be a formula begins with an apostrophe, which spreadsheets show as plain text."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows({name: guarded(value) for name, value in record.items()} for record in records)
    return out.getvalue()


def guarded(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value

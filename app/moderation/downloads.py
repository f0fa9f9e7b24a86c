"""The log as files, for people who check it with a spreadsheet or a program of their own."""

from collections.abc import Sequence

from app.moderation.log_queries import LogLine
from app.spreadsheets import write_csv

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
    return write_csv(COLUMNS, records)

"""The public log, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from app.actor import Actor
from app.db import Reader
from app.models import Action, Debate, Decision, LogEntry, User
from app.permissions import visible_debates

ENTRIES_SHOWN = 30
ENTRIES_IN_A_FILE = 1_000


class LogLine(NamedTuple):
    id: int
    at: datetime
    moderator_name: str
    action: Action
    debate_slug: str | None
    decision_id: int
    item: dict[str, Any]
    house_rule: str | None
    explanation: str
    concerned_name: str | None  # As it is now: names in the log itself could never be taken out again.
    concerned_username: str | None

    @property
    def item_kind(self) -> str:
        return str(self.item["kind"])

    @property
    def place(self) -> str | None:
        if self.item_kind == "person":
            return f"/people/{self.concerned_username}" if self.concerned_username else None
        if self.item_kind == "debate":
            return f"/debates/{self.debate_slug}"
        folder = "arguments" if self.item_kind == "thread" else f"{self.item_kind}s"
        return f"/debates/{self.debate_slug}/{folder}/{self.item['id']}"


@dataclass(frozen=True, slots=True)
class LogPage:
    lines: list[LogLine]
    more_before: int | None


async def load_log(
    db: Reader,
    actor: Actor,
    *,
    debate_id: int | None = None,
    action: Action | None = None,
    before: int | None = None,
    limit: int = ENTRIES_SHOWN,
) -> LogPage:
    """One statement. Entries of debates that this person cannot see are left out; those of deleted ones stay."""
    statement = (
        select(
            LogEntry.id, LogEntry.at, LogEntry.moderator_name, LogEntry.action, LogEntry.debate_slug,
            LogEntry.decision_id, LogEntry.item, LogEntry.house_rule, LogEntry.explanation,
            User.display_name, User.username,
        )
        .outerjoin(Debate, Debate.id == LogEntry.debate_id)
        .outerjoin(Decision, Decision.id == LogEntry.decision_id)
        .outerjoin(User, User.id == Decision.concerned_id)
        .where(or_(Debate.id.is_(None), visible_debates(actor)))
        .order_by(LogEntry.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if debate_id is not None:
        statement = statement.where(LogEntry.debate_id == debate_id)
    if action is not None:
        statement = statement.where(LogEntry.action == action)
    if before is not None:
        statement = statement.where(LogEntry.id < before)
    lines = [LogLine._make(row) for row in await db.execute(statement)]
    return LogPage(lines[:limit], lines[limit - 1].id if len(lines) > limit else None)

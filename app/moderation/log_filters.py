"""What of the log somebody wants to see."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import ColumnElement

from app.models import Action, HouseRule, LogEntry
from app.targets import LARGEST_ID


def _or_nothing(sent: object) -> object:
    """A filter's “All” and an empty field send an empty text."""
    return None if sent == "" else sent


def _day_or_nothing(sent: object) -> object:
    """Browsers send days or nothing; what else an address holds narrows nothing."""
    try:
        return date.fromisoformat(sent) if isinstance(sent, str) else sent
    except ValueError:
        return None


def _name(sent: object) -> object:
    return sent.replace("\0", "").strip()[:NAME_MAX] or None if isinstance(sent, str) else sent


Chosen = BeforeValidator(_or_nothing)
Day = BeforeValidator(_day_or_nothing)
NAME_MAX = 200
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
_Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class LogFilters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    action: Annotated[Action | None, Chosen] = None
    rule: Annotated[HouseRule | None, Chosen] = None
    moderator: Annotated[str | None, BeforeValidator(_name)] = None
    debate: Annotated[_Slug | None, Chosen] = None
    since: Annotated[date | None, Day] = None
    until: Annotated[date | None, Day] = None
    before: Annotated[_Number | None, Chosen] = None

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list, as in addresses; not the place in it."""
        return {name: str(value) for name, value in self if value is not None and name != "before"}

    def query(self, before: int | None = None) -> str:
        """The rest of an address, with its question mark."""
        parts = {**self.chosen, **({"before": before} if before else {})}
        return f"?{urlencode(parts)}" if parts else ""

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [
            column == value
            for column, value in (
                (LogEntry.action, self.action),
                (LogEntry.house_rule, self.rule),
                (LogEntry.moderator_name, self.moderator),
                (LogEntry.debate_slug, self.debate),
            )
            if value is not None
        ]
        if self.since is not None:
            found.append(LogEntry.at >= _begin(self.since))
        if self.until is not None and self.until < date.max:
            found.append(LogEntry.at < _begin(self.until + timedelta(days=1)))
        if self.before is not None:
            found.append(LogEntry.number < self.before)
        return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


Filters = Annotated[LogFilters, Query()]

"""A Polis conversation as it was exported: what it says, without the form that its files have."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


class PolisError(Exception):
    """Files that cannot be read; names file and line, and says what would help."""

    def __init__(self, file: Path, line: int | None, problem: str) -> None:
        place = f"{file.name}, line {line}" if line else file.name
        super().__init__(f"{place}: {problem}")


REJECTED = -1


@dataclass(frozen=True, slots=True)
class Statement:
    number: int
    text: str
    at: datetime | None
    moderated: int = 0  # −1 rejected, 0 not looked at, 1 accepted.

    @property
    def is_rejected(self) -> bool:
        return self.moderated == REJECTED


@dataclass(frozen=True, slots=True)
class CastVote:
    voter: str
    statement: int  # Its number.
    sign: int  # 1 agree, 0 pass, −1 disagree.
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """`votes` has one of each voter on each statement: the last one that they cast."""

    topic: str
    description: str
    statements: list[Statement]
    votes: list[CastVote]
    voters: list[str] = field(default_factory=list)

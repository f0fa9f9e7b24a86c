"""Runs as pages and commands read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, null, select

from app.db import Reader
from app.models import StandingRun
from app.votes.totals import VoteTotals


@dataclass(frozen=True, slots=True)
class Run:
    """`result` is what app/standing/analysis.py computed; `input` the bytes that it came from, where asked for."""

    number: int
    mathematics: int
    debate_version: int
    last_vote_at: datetime
    created_at: datetime
    vote_count: int
    people_count: int
    cast_count: int | None
    waiting_count: int | None
    discounted_count: int | None
    withdrawn_stance_count: int | None
    input_sha256: str
    input_size: int
    result: dict[str, Any]
    input: bytes | None

    @property
    def totals(self) -> VoteTotals | None:
        """Of when it was computed; older runs do not say."""
        if self.cast_count is None or self.waiting_count is None or self.discounted_count is None:
            return None
        left_out = self.waiting_count + self.discounted_count
        return VoteTotals(
            self.cast_count, self.waiting_count, self.discounted_count, self.cast_count - left_out - self.vote_count
        )


@dataclass(frozen=True, slots=True)
class Brief:
    """A run in a line: for the debate's front page."""

    people: int
    shown_groups: int
    uniting: int
    swing_people: int
    churn: float
    margins: list[dict[str, Any]]


async def find_brief(db: Reader, debate_id: int) -> Brief | None:
    """Of the newest run."""
    result = StandingRun.result
    statement = (
        select(
            result["people"], func.jsonb_array_length(result["groups"]["shown"]),
            func.jsonb_array_length(result["uniting"]), result["swing"]["people"], result["swing"]["churn"],
            result["swing"]["margins"],
        )
        .where(StandingRun.debate_id == debate_id)
        .order_by(StandingRun.number.desc())
        .limit(1)
    )  # fmt: skip
    row = (await db.execute(statement)).one_or_none()
    return Brief(*row) if row else None


async def find_run(db: Reader, debate_id: int, number: int | None = None, *, with_input: bool = False) -> Run | None:
    """The run of this number, or the newest."""
    statement = select(
        StandingRun.number, StandingRun.mathematics, StandingRun.debate_version, StandingRun.last_vote_at,
        StandingRun.created_at, StandingRun.vote_count, StandingRun.people_count, StandingRun.cast_count,
        StandingRun.waiting_count, StandingRun.discounted_count, StandingRun.withdrawn_stance_count,
        StandingRun.input_sha256,
        func.length(StandingRun.input), StandingRun.result, StandingRun.input if with_input else null(),
    ).where(StandingRun.debate_id == debate_id)  # fmt: skip
    if number is None:
        statement = statement.order_by(StandingRun.number.desc()).limit(1)
    else:
        statement = statement.where(StandingRun.number == number)
    row = (await db.execute(statement)).one_or_none()
    columns: tuple[Any, ...] = tuple(row or ())
    return Run(*columns) if row else None

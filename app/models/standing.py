"""What was computed about where debates stand, kept so that it can be computed again."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey


class StandingRun(Base):
    """One computation, numbered from 1 within its debate. Rows never change: a trigger refuses it.

    `input` is what it was computed from, with people under random numbers (app/standing/run_input.py).
    """

    __tablename__ = "standing_runs"

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mathematics: Mapped[int]
    debate_version: Mapped[int]  # As of which the votes were read; the next two say the same in other words.
    last_vote_at: Mapped[datetime]
    vote_count: Mapped[int]
    people_count: Mapped[int]
    cast_count: Mapped[int | None]  # All votes on claims; older runs do not say, nor of how many the next two reasons
    waiting_count: Mapped[int | None]  # held: of new or unconfirmed accounts,
    discounted_count: Mapped[int | None]  # discounted by moderators. The rest was on unlisted arguments.
    withdrawn_stance_count: Mapped[int | None]
    votes_sha256: Mapped[bytes] = mapped_column(LargeBinary)  # Tells whether votes changed. Not for pages.
    input_sha256: Mapped[str]
    input: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]


class StandingLook(Base):
    """Up to which version somebody has looked whether a debate's votes give a new run."""

    __tablename__ = "standing_looks"

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    version: Mapped[int]
    looked_at: Mapped[CreatedAt]

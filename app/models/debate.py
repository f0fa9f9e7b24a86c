"""A debate: its motion and positions, and what readers are shown of it at a glance."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, by_value


class DebateState(StrEnum):
    DRAFT = "draft"  # Seen by its hosts only.
    OPEN = "open"
    LOCKED = "locked"  # Readable, nothing can be added.
    ARCHIVED = "archived"
    REMOVED = "removed"  # By moderators: seen by administrators only.


class Debate(Base):
    __tablename__ = "debates"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    motion: Mapped[str]
    summary_markdown: Mapped[str]
    summary_html: Mapped[str]
    state: Mapped[DebateState] = mapped_column(by_value(DebateState, "state"), server_default=DebateState.OPEN)
    hides_results: Mapped[bool] = mapped_column(server_default="false")  # From everyone without a stance of their own.
    hides_by_score: Mapped[bool] = mapped_column(
        server_default="false"
    )  # What is flagged enough, until a moderator reads it.
    holds_first_posts: Mapped[bool] = mapped_column(server_default="false")  # Of newcomers, until a moderator has read.
    version: Mapped[Count]  # With the changes beside it (CURRENT_VERSION): what pages are kept by.
    argument_count: Mapped[Count]
    annotation_count: Mapped[Count]
    vote_count: Mapped[Count]  # Likewise: CURRENT_VOTE_COUNT.
    undecided_count: Mapped[Count]
    created_at: Mapped[CreatedAt]


class DebateChange(Base):
    """A change that readers could see, noted beside the debate instead of on its row, where all writers of a debate
    would wait for each other's disk. Now and then they are added to the row; the sum stays the same."""

    __tablename__ = "debate_changes"

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    vote_step: Mapped[Count]  # How many votes it added or took away.


_CHANGES = DebateChange.debate_id == Debate.id
CURRENT_VERSION = Debate.version + select(func.count()).where(_CHANGES).scalar_subquery()
CURRENT_VOTE_COUNT = (
    Debate.vote_count + select(func.coalesce(func.sum(DebateChange.vote_step), 0)).where(_CHANGES).scalar_subquery()
)


class Position(Base):
    """A side of the debate. `number` (1..5) orders the sides and names their colour and pattern."""

    __tablename__ = "positions"
    __table_args__ = (
        UniqueConstraint("debate_id", "key"),
        UniqueConstraint("debate_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 5", name="number"),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    number: Mapped[int]
    key: Mapped[str]
    name: Mapped[str]
    summary_markdown: Mapped[str]
    summary_html: Mapped[str]
    argument_count: Mapped[Count]
    stance_count: Mapped[Count]


class Stance(Base):
    """A person's position on the motion: the first that was taken and the latest; no position means undecided.

    Taken back, it counts nowhere, and its row stays: whoever takes a stance again goes on from the same first one.
    Otherwise anybody could set back what the swing of a debate is measured from.
    """

    __tablename__ = "stances"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "first_position_id"], ["positions.debate_id", "positions.id"]),
        ForeignKeyConstraint(["debate_id", "latest_position_id"], ["positions.debate_id", "positions.id"]),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    first_position_id: Mapped[int | None]
    first_at: Mapped[CreatedAt]
    latest_position_id: Mapped[int | None]
    latest_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]

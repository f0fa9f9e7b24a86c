"""A debate: its motion and positions, and what readers are shown of it at a glance."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, by_value


class DebateState(StrEnum):
    DRAFT = "draft"  # Seen by its hosts only.
    OPEN = "open"
    LOCKED = "locked"  # Readable, nothing can be added.
    ARCHIVED = "archived"


class Debate(Base):
    __tablename__ = "debates"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    motion: Mapped[str]
    summary_markdown: Mapped[str]
    summary_html: Mapped[str]
    state: Mapped[DebateState] = mapped_column(by_value(DebateState, "state"), server_default=DebateState.OPEN)
    version: Mapped[Count]  # Raised by every change that a reader could see; pages are cached by it.
    argument_count: Mapped[Count]
    annotation_count: Mapped[Count]
    vote_count: Mapped[Count]
    undecided_count: Mapped[Count]
    created_at: Mapped[CreatedAt]


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
    """A person's position on the motion: the first that was taken and the latest; no position means undecided."""

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

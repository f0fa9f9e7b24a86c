"""What slows a debate or one of its threads, and proposals that a second moderator has to confirm."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, Id, by_value
from app.models.moderation import Action


class SlowMode(Base):
    """How long everybody waits between two posts in a debate, or in one of its threads; one of each at a time."""

    __tablename__ = "slow_modes"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        CheckConstraint("seconds > 0", name="seconds"),
        Index(
            "uq_slow_modes_in_force",
            "debate_id",
            text("coalesce(argument_id, 0)"),
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]  # The first-level argument of the thread.
    seconds: Mapped[int]
    lifted_at: Mapped[datetime | None]


class Proposal(Base):
    """A decision so grave that two moderators make it: what one proposes, another one confirms, or it expires."""

    __tablename__ = "proposals"
    __table_args__ = (Index("ix_proposals_open", "id", postgresql_where=text("closed_at IS NULL")),)

    id: Mapped[Id]
    action: Mapped[Action] = mapped_column(by_value(Action, "action"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    form: Mapped[dict[str, Any]] = mapped_column(JSONB)  # As it was sent, to be decided as it is.
    made_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))  # None where it was turned down.
    turned_down_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    refusal: Mapped[str | None]  # Why it was turned down.

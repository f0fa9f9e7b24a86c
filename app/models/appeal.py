"""An appeal against a decision, by the person concerned or by somebody whose flag was dismissed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value


class AppealOutcome(StrEnum):
    UPHELD = "upheld"  # The decision stands.
    OVERTURNED = "overturned"  # The decision is undone.


class Appeal(Base):
    """One a person and decision; its answer is a decision of its own, with a reason. `version` guards against stale
    forms."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("decision_id", "appellant_id"),
        CheckConstraint("num_nonnulls(outcome, answered_at) IN (0, 2)", name="answered"),
        Index("ix_appeals_appellant", "appellant_id", text("id DESC")),
        Index("ix_appeals_answer", "answer_id"),
        Index("ix_appeals_open", "made_at", "id", postgresql_where=text("answered_at IS NULL")),
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    appellant_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    words: Mapped[str]
    made_at: Mapped[CreatedAt]
    version: Mapped[Count]
    outcome: Mapped[AppealOutcome | None] = mapped_column(by_value(AppealOutcome, "outcome"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    answered_at: Mapped[datetime | None]

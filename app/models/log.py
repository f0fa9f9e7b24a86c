"""The log of moderation, its heads by day, and reports of mistakes in it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, Id, by_value
from app.models.moderation import Action


class LogEntry(Base):
    """What was done, for anyone to check. No foreign keys: entries outlive accounts and items; triggers forbid changing
    or deleting them.

    When a transaction commits, the database numbers its entries, and gives each the hash of the one before and its own
    (docs/LOG.md). The hash is of digests of the two fields with words, so that these can be taken out again.
    """

    __tablename__ = "log_entries"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_log_entries_debate", "debate_id", text("number DESC")),
        Index("ix_log_entries_moderator", "moderator_name", text("number DESC")),
        Index("ix_log_entries_at", "at"),
    )

    id: Mapped[Id]
    number: Mapped[int | None]  # Without gaps, in the order of commits; nothing until then.
    previous_hash: Mapped[str | None]
    hash: Mapped[str | None]
    at: Mapped[CreatedAt]
    moderator_name: Mapped[str | None]
    moderator_salt: Mapped[str | None]
    moderator_digest: Mapped[str | None]
    action: Mapped[Action] = mapped_column(by_value(Action, "action"))
    debate_id: Mapped[int | None]
    debate_slug: Mapped[str | None]
    decision_id: Mapped[int | None]
    item: Mapped[dict[str, Any]] = mapped_column(JSONB)  # Kind, id and place of what it was about; no text of it.
    house_rule: Mapped[str | None]
    explanation: Mapped[str | None]
    explanation_salt: Mapped[str | None]
    explanation_digest: Mapped[str | None]


class LogHead(Base):
    """The last entry's number and hash on a day: who has them knows that nothing before was changed since."""

    __tablename__ = "log_heads"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int]
    hash: Mapped[str]
    taken_at: Mapped[CreatedAt]


class LogReport(Base):
    """Somebody finds an entry of the log wrong; somebody else than who acted answers."""

    __tablename__ = "log_reports"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        UniqueConstraint("idempotency_key"),
        Index("ix_log_reports_entry", "entry_number"),
        Index("ix_log_reports_open", "id", postgresql_where=text("answered_at IS NULL")),
    )

    id: Mapped[Id]
    entry_number: Mapped[int]
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    words: Mapped[str]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

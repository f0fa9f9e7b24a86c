"""What moderators keep for their work on cases: notes, saved views of the queue, reasons that they give often."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, Id, by_value
from app.models.moderation import HouseRule


class CaseNoteKind(StrEnum):
    NOTE = "note"
    ASSIGN = "assign"  # To a moderator, who is told.
    ESCALATE = "escalate"  # To somebody with more to say; the queue shows it.


class CaseNote(Base):
    """Between moderators: a note on a case, or its being handed on. Never shown to anybody else."""

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_case", "case_id", "id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    kind: Mapped[CaseNoteKind] = mapped_column(by_value(CaseNoteKind, "kind"), server_default=CaseNoteKind.NOTE)
    words: Mapped[str]
    created_at: Mapped[CreatedAt]


class QueueView(Base):
    """A moderator's own name for a choice of cases: the query of the queue's address."""

    __tablename__ = "queue_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[CreatedAt]


class CannedReason(Base):
    """An explanation that moderators of a debate give often, bound to a house rule. Retired ones are not offered."""

    __tablename__ = "canned_reasons"
    __table_args__ = (
        Index("ix_canned_reasons_debate", "debate_id", "id", postgresql_where=text("retired_at IS NULL")),
    )

    id: Mapped[Id]
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"))
    house_rule: Mapped[HouseRule] = mapped_column(by_value(HouseRule, "house_rule"))
    title: Mapped[str]
    explanation: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    retired_at: Mapped[datetime | None]

"""What a person is told, in the page and by mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value


class NotificationKind(StrEnum):
    REPLY = "reply"
    ANNOTATION_REPLY = "annotation_reply"
    DECISION = "decision"
    FLAG_OUTCOME = "flag_outcome"
    ORPHAN = "orphan"  # The essay's new revision no longer has words that the person wrote about.
    CREDIT = "credit"
    EDIT = "edit"  # Of an argument that the person has voted on or replied to.
    CONCESSION = "concession"  # Of an argument that the person has answered.
    STEELMAN = "steelman"  # The author of what the person answered accepts as fair how it was said back.


class Notification(Base):
    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        Index("ix_notifications_user", "user_id", text("id DESC")),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind] = mapped_column(by_value(NotificationKind, "kind"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]


class Mail(Base):
    """The outbox: written with what it reports, sent by the job queue, so that a crash loses nothing."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_unsent", "id", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[Id]
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    attempts: Mapped[Count]
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    next_attempt_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]

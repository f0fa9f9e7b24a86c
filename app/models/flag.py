"""Flags: what readers report, and why."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Double, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value


class FlagReason(StrEnum):
    SPAM = "spam"
    ABUSE = "abuse"
    ILLEGAL = "illegal"
    OFF_TOPIC = "off_topic"
    IMPERSONATION = "impersonation"
    DUPLICATE = "duplicate"  # This and the next two are no breach: moderators merge, move or split.
    MISPLACED = "misplaced"
    SEVERAL = "several"  # Claims in one argument.
    NAME = "name"  # What a person calls themselves.
    OTHER = "other"


# Items belong to a debate. What has none is about a person, whom it forgets with the account.
ONE_ITEM = "num_nonnulls(argument_id, annotation_id, credit_id, source_id) = num_nonnulls(debate_id)"
PEOPLE_ARE_SITEWIDE = "person_id IS NULL OR debate_id IS NULL"


class Flag(Base):
    """One person's report of one item, or of a person; withdrawable until it is handled."""

    __tablename__ = "flags"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "credit_id"], ["credits.debate_id", "credits.id"]),
        ForeignKeyConstraint(["debate_id", "source_id"], ["sources.debate_id", "sources.id"]),
        CheckConstraint(ONE_ITEM, name="one_item"),
        CheckConstraint(PEOPLE_ARE_SITEWIDE, name="people_are_sitewide"),
        Index(
            "uq_flags_one_a_person_and_argument",
            "reporter_id",
            "debate_id",
            "argument_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND argument_id IS NOT NULL"),
        ),
        Index(
            "uq_flags_one_a_person_and_annotation",
            "reporter_id",
            "debate_id",
            "annotation_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND annotation_id IS NOT NULL"),
        ),
        Index(
            "uq_flags_one_a_person_and_credit",
            "reporter_id",
            "debate_id",
            "credit_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND credit_id IS NOT NULL"),
        ),
        Index(
            "uq_flags_one_a_person_and_source",
            "reporter_id",
            "debate_id",
            "source_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND source_id IS NOT NULL"),
        ),
        Index(
            "uq_flags_one_a_person_and_person",
            "reporter_id",
            "person_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND person_id IS NOT NULL"),
        ),
        Index("ix_flags_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        Index("ix_flags_case", "case_id"),
        Index("ix_flags_reporter", "reporter_id", text("id DESC")),
    )

    id: Mapped[Id]
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    source_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[FlagReason] = mapped_column(by_value(FlagReason, "reason"))
    words: Mapped[str]
    # What it weighs and why, as the reporter stood on that day (app/moderation/flag_weights.py).
    weight: Mapped[float] = mapped_column(Double, server_default="1")
    trust_level: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    is_by_staff: Mapped[bool] = mapped_column(server_default="false")
    agreed_count: Mapped[Count]
    handled_count: Mapped[Count]
    created_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]

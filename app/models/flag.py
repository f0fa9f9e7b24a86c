"""Flags: what readers report, and why."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Constraint, Double, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
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
ONE_ITEM = "num_nonnulls(argument_id, annotation_id, credit_id, source_id, mark_id) = num_nonnulls(debate_id)"
PEOPLE_ARE_SITEWIDE = "person_id IS NULL OR debate_id IS NULL"
ITEM_TABLES = {
    "argument": "arguments", "annotation": "annotations", "credit": "credits", "source": "sources",
    "mark": "review_marks",
}  # fmt: skip


def item_keys() -> Iterator[Constraint]:
    """An item of each kind, by its key within its debate."""
    for item, table in ITEM_TABLES.items():
        yield ForeignKeyConstraint(["debate_id", f"{item}_id"], [f"{table}.debate_id", f"{table}.id"])


def of_one_item() -> Iterator[Constraint]:
    """What holds for flags and cases: they are of one item, or of a person of the whole site."""
    yield from item_keys()
    yield CheckConstraint(ONE_ITEM, name="one_item")
    yield CheckConstraint(PEOPLE_ARE_SITEWIDE, name="people_are_sitewide")


class Flag(Base):
    """One person's report of one item, or of a person; withdrawable until it is handled, and then not the last."""

    __tablename__ = "flags"
    __table_args__ = (
        *of_one_item(),
        # An item has one open case, so of each person one flag of it waits.
        Index(
            "uq_flags_one_a_person_and_case", "reporter_id", "case_id", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_flags_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        Index("ix_flags_case", "case_id"),
        Index("ix_flags_reporter", "reporter_id", text("id DESC")),
    )  # fmt: skip

    id: Mapped[Id]
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    source_id: Mapped[int | None]
    mark_id: Mapped[int | None]
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

"""Flags, cases, decisions and the log."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
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
    OTHER = "other"


class Flag(Base):
    """One person's report of one item; withdrawable until it is handled."""

    __tablename__ = "flags"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "credit_id"], ["credits.debate_id", "credits.id"]),
        CheckConstraint("num_nonnulls(argument_id, annotation_id, credit_id) = 1", name="one_item"),
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
        Index("ix_flags_case", "case_id"),
    )

    id: Mapped[Id]
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[FlagReason] = mapped_column(by_value(FlagReason, "reason"))
    words: Mapped[str]
    created_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]


class Case(Base):
    """What moderators decide: one open case per item, however many flags. `version` guards against stale forms."""

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "credit_id"], ["credits.debate_id", "credits.id"]),
        CheckConstraint("num_nonnulls(argument_id, annotation_id, credit_id) = 1", name="one_item"),
        CheckConstraint("flag_count >= 0", name="flag_count"),
        Index(
            "uq_cases_one_open_an_argument",
            "debate_id",
            "argument_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND argument_id IS NOT NULL"),
        ),
        Index(
            "uq_cases_one_open_an_annotation",
            "debate_id",
            "annotation_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND annotation_id IS NOT NULL"),
        ),
        Index(
            "uq_cases_one_open_a_credit",
            "debate_id",
            "credit_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND credit_id IS NOT NULL"),
        ),
        Index("ix_cases_queue", "opened_at", "id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    flag_count: Mapped[Count]
    version: Mapped[Count]
    opened_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None]


class Action(StrEnum):
    DISMISS = "dismiss"
    HIDE = "hide"
    RESTORE = "restore"
    LOCK = "lock"
    UNLOCK = "unlock"
    SILENCE = "silence"
    UNSILENCE = "unsilence"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    DISCOUNT = "discount"  # Votes of a ring stop counting.
    RECOUNT = "recount"  # They count again.
    MOVE = "move"  # An argument with its replies, to another place in its debate.
    MOVE_BACK = "move_back"
    MERGE = "merge"  # An argument into another one that says the same.
    UNMERGE = "unmerge"
    SPLIT = "split"  # An argument with several claims, in two.
    UNSPLIT = "unsplit"
    REDACT = "redact"  # Words were taken out of the log itself; no decision.
    WARN = "warn"
    UNWARN = "unwarn"
    LOCK_DEBATE = "lock_debate"
    UNLOCK_DEBATE = "unlock_debate"
    SLOW = "slow"  # A debate, or one of its threads.
    UNSLOW = "unslow"
    CHANGE_ROLE = "change_role"
    CHANGE_ROLE_BACK = "change_role_back"
    REMOVE_DEBATE = "remove_debate"
    RESTORE_DEBATE = "restore_debate"
    REOPEN = "reopen"  # A case whose flags were dismissed.
    UPHOLD = "uphold"  # A decision that was appealed against stands.


class HouseRule(StrEnum):
    """The rules that a decision can rest on; templates/moderation/_words.html has their wording."""

    CIVIL = "civil"
    ON_TOPIC = "on_topic"
    HONEST = "honest"
    PRIVACY = "privacy"
    NO_SPAM = "no_spam"
    LAW = "law"


class Stake(StrEnum):
    """What makes a decision a moderator's own quarrel: somebody else decides, where there is somebody."""

    OWN = "own"  # It is about the moderator, or about what the moderator wrote.
    ARGUED = "argued"  # The moderator has argued in this debate.
    ACTED = "acted"  # The moderator made the decision that is appealed against.
    ALONE = "alone"  # It needs two moderators, and there was one.


class Decision(Base):
    """A moderator's act with its statement of reasons. Undoing one is another decision that names it."""

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "credit_id"], ["credits.debate_id", "credits.id"]),
        UniqueConstraint("moderator_id", "idempotency_key"),
        Index("ix_decisions_concerned", "concerned_id", text("id DESC")),
        Index("ix_decisions_case", "case_id"),
        Index("ix_decisions_debate", "debate_id", text("id DESC")),
    )

    id: Mapped[Id]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[Action] = mapped_column(by_value(Action, "action"))
    house_rule: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "house_rule"))
    explanation: Mapped[str]
    until: Mapped[datetime | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    idempotency_key: Mapped[str | None]
    made_at: Mapped[CreatedAt]
    change: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # From what to what, where undoing needs to know.
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))  # Of two moderators.
    interest: Mapped[Stake | None] = mapped_column(by_value(Stake, "interest"))  # Made in spite of it.


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

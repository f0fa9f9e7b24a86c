"""Cases and decisions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value
from app.models.flag import item_keys, of_one_item

_IS_OPEN = text("closed_at IS NULL")
_IS_ESCALATED = text("closed_at IS NULL AND escalated_at IS NOT NULL")
# What the queue's filters ask for: an index that holds it tells which cases they leave out, without reading these.
_ASKED_FOR = (
    "reasons", "escalated_at", "claimed_by_id", "claimed_until", "assigned_to_id", "argument_id", "annotation_id",
    "credit_id", "source_id", "mark_id",
)  # fmt: skip


def _queue_index(name: str, *columns: Any, where: TextClause = _IS_OPEN) -> Index:
    held = [column for column in ("debate_id", "opened_at", "score", *_ASKED_FOR) if column not in columns]
    return Index(name, *columns, "id", postgresql_where=where, postgresql_include=held)


class Case(Base):
    """What moderators decide: one open case per item, however many flags. `version` guards against stale forms."""

    __tablename__ = "cases"
    __table_args__ = (
        *of_one_item(),
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
        Index(
            "uq_cases_one_open_a_source",
            "debate_id",
            "source_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND source_id IS NOT NULL"),
        ),
        Index(
            "uq_cases_one_open_a_mark",
            "debate_id",
            "mark_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND mark_id IS NOT NULL"),
        ),
        Index(
            "uq_cases_one_open_a_person",
            "person_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL AND person_id IS NOT NULL"),
        ),
        Index("ix_cases_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
        _queue_index("ix_cases_queue", "opened_at"),
        _queue_index("ix_cases_weightiest", text("(- score)")),
        _queue_index("ix_cases_debate_queue", "debate_id", "opened_at"),
        _queue_index("ix_cases_debate_weightiest", "debate_id", text("(- score)")),
        _queue_index("ix_cases_escalated", "opened_at", where=_IS_ESCALATED),
        _queue_index("ix_cases_escalated_weightiest", text("(- score)"), where=_IS_ESCALATED),
        Index("ix_cases_reasons", "reasons", postgresql_using="gin", postgresql_where=_IS_OPEN),
        Index(
            "ix_cases_claimed",
            "claimed_by_id",
            postgresql_where=text("closed_at IS NULL AND claimed_by_id IS NOT NULL"),
        ),
        Index(
            "ix_cases_assigned",
            "assigned_to_id",
            postgresql_where=text("closed_at IS NULL AND assigned_to_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    source_id: Mapped[int | None]
    mark_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    flag_count: Mapped[Count]
    score: Mapped[float] = mapped_column(Double, server_default="0")  # What its flags weigh together.
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # Theirs, each once.
    version: Mapped[Count]
    reworded_version: Mapped[Count]  # From which on its words are those of now; 0 where they are as when it was opened.
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    claimed_until: Mapped[datetime | None]
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    escalated_at: Mapped[datetime | None]
    opened_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None]


class CaseCount(Base):
    """How many cases of a debate are open: kept by a trigger, in one write for all that a statement changes."""

    __tablename__ = "case_counts"

    debate_id: Mapped[int] = mapped_column(
        ForeignKey("debates.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    open_count: Mapped[Count]


class Action(StrEnum):
    DISMISS = "dismiss"
    HIDE = "hide"
    RESTORE = "restore"
    REMOVE = "remove"  # A text, for good: unlike what is hidden, its author does not have it either.
    UNREMOVE = "unremove"
    ASK_EDIT = "ask_edit"  # Its author is asked to change it.
    UNASK_EDIT = "unask_edit"
    ACCEPT_EDIT = "accept_edit"  # The author has changed it as asked.
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
    RELEASE = "release"  # A post that waited stands now.
    DECLINE = "decline"  # A post that waited does not come to stand.
    RENAME = "rename"  # A name is taken away; the person chooses another one.
    UNRENAME = "unrename"
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
    REOPEN = "reopen"  # A case whose flags were dismissed, or a post that was not let stand: it waits again.
    UPHOLD = "uphold"  # A decision that was appealed against stands.
    WATCH = "watch"  # A word, or with another action than until then.
    UNWATCH = "unwatch"
    UNUSE = "unuse"  # A reply that somebody brought from elsewhere is taken away.
    USE_AGAIN = "use_again"
    WATCH_BACK = "watch_back"  # As it was before one of these two.
    FIRST_POSTS = "first_posts"  # Of newcomers in a debate: from now on they wait, or stand at once.
    FIRST_POSTS_BACK = "first_posts_back"
    AUTOMATIC_HIDING = "automatic_hiding"  # Of what is flagged enough in a debate: switched on, or off.
    AUTOMATIC_HIDING_BACK = "automatic_hiding_back"


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
    ANSWERED = "answered"  # One of the moderator and the person concerned has answered a note of the other there.
    FLAGGED = "flagged"  # The moderator has flagged it.
    OVERTURNED = "overturned"  # An appeal has overturned what the moderator decided about it.
    ACTED = "acted"  # The moderator made the decision that is appealed against.
    ALONE = "alone"  # It needs two moderators, and there was one.


class Decision(Base):
    """A moderator's act with its statement of reasons. Undoing one is another decision that names it."""

    __tablename__ = "decisions"
    __table_args__ = (
        *item_keys(),
        UniqueConstraint("moderator_id", "idempotency_key"),
        Index("ix_decisions_concerned", "concerned_id", text("id DESC")),
        Index("ix_decisions_case", "case_id"),
        Index(
            "ix_decisions_warnings",
            "concerned_id",
            postgresql_where=text("action = 'warn' AND acknowledged_at IS NULL"),
        ),
        Index("ix_decisions_debate", "debate_id", text("id DESC")),
        Index("ix_decisions_batch", "batch_id", postgresql_where=text("batch_id IS NOT NULL")),
    )

    id: Mapped[Id]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    credit_id: Mapped[int | None]
    source_id: Mapped[int | None]
    mark_id: Mapped[int | None]
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    action: Mapped[Action] = mapped_column(by_value(Action, "action"))
    house_rule: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "house_rule"))
    law: Mapped[str | None]  # Which one, where the ground is the law.
    explanation: Mapped[str]
    until: Mapped[datetime | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    idempotency_key: Mapped[str | None]
    batch_id: Mapped[str | None]  # Of those that one form made on several cases; undone one by one or all together.
    is_automated: Mapped[bool] = mapped_column(server_default="false")  # No person read it before.
    made_at: Mapped[CreatedAt]
    acknowledged_at: Mapped[datetime | None]  # By whoever was warned.
    change: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # From what to what, where undoing needs to know.
    proposer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))  # Of two moderators.
    interest: Mapped[Stake | None] = mapped_column(by_value(Stake, "interest"))  # Made in spite of it.

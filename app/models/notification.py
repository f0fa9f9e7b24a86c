"""What a person is told, in the page and by mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value
from app.models.user import MailRhythm


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
    CITATION = "citation"  # Somebody's text links to what the person wrote.
    NEW_ARGUMENT = "new_argument"  # Where the person follows.
    APPEAL_OUTCOME = "appeal_outcome"
    REVIEW_MARK = "review_mark"  # On an argument of theirs.
    EDITED_AS_ASKED = "edited_as_asked"  # By its author, after the person asked for it.
    CASE = "case"  # Another moderator handed it to them.
    INVITATION = "invitation"  # To moderate a debate.
    INVITATION_ACCEPTED = "invitation_accepted"  # Of an invitation that the person sent, as the next two.
    INVITATION_DECLINED = "invitation_declined"
    INVITATION_EXPIRED = "invitation_expired"
    STEPPED_DOWN = "stepped_down"  # A moderator of a debate that the person hosts.
    PROPOSAL = "proposal"  # Of a decision that the person could confirm.
    PROPOSAL_TURNED_DOWN = "proposal_turned_down"  # One that the person made, as the next.
    PROPOSAL_EXPIRED = "proposal_expired"


class Notification(Base):
    __tablename__ = "notifications"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        Index("ix_notifications_user", "user_id", text("id DESC")),
        Index(
            "ix_notifications_argument", "debate_id", "argument_id", postgresql_where=text("argument_id IS NOT NULL")
        ),
        Index("ix_notifications_proposal", "proposal_id", postgresql_where=text("proposal_id IS NOT NULL")),
        Index("ix_notifications_due", "mail_due_at", "user_id", postgresql_where=text("mail_due_at IS NOT NULL")),
        Index("ix_notifications_waiting", "user_id", postgresql_where=text("mail_due_at IS NOT NULL")),
        Index("ix_notifications_mail", "mail_id", postgresql_where=text("mail_id IS NOT NULL")),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[NotificationKind] = mapped_column(by_value(NotificationKind, "kind"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]
    mail_due_at: Mapped[datetime | None]  # It waits for a letter, to be looked at then; none: it waits for nothing.
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id", ondelete="SET NULL"))  # The letter it went into.


class Interest(StrEnum):
    """What somebody is told of in a debate or a thread."""

    EVERYTHING = "everything"  # Every new argument: they follow it.
    OWN = "own"  # What concerns them: replies, citations, credits.
    NOTHING = "nothing"  # Muted. Decisions about them are told all the same.


class NotificationChoice(Base):
    """A person's own setting for one debate, or for one thread of it, which then counts before the debate's."""

    __tablename__ = "notification_choices"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"], ondelete="CASCADE"),
        UniqueConstraint("user_id", "debate_id", "argument_id", postgresql_nulls_not_distinct=True),
        Index("ix_notification_choices_place", "debate_id", "argument_id", "user_id"),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id", ondelete="CASCADE"))
    argument_id: Mapped[int | None]  # The first-level argument of the thread.
    interest: Mapped[Interest | None] = mapped_column(by_value(Interest, "interest"))
    mail_rhythm: Mapped[MailRhythm | None] = mapped_column(by_value(MailRhythm, "mail_rhythm"))
    changed_at: Mapped[CreatedAt]


class Announcement(Base):
    """A text whose followers, and those whom it cites, are still to be told: by a job, so that posting is quick."""

    __tablename__ = "announcements"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[Id]
    debate_id: Mapped[int]
    argument_id: Mapped[int | None]
    annotation_id: Mapped[int | None]
    is_new: Mapped[bool]  # Otherwise it was edited: of concern to those whom it cites now.
    created_at: Mapped[CreatedAt]


class Mail(Base):
    """The outbox: written with what it reports, sent by the job queue, so that a crash loses nothing."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_unsent", "id", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[Id]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    recipient: Mapped[str]  # Empty for a letter to a person: who that is and what it says is looked up when it leaves.
    subject: Mapped[str]
    body: Mapped[str]
    attempts: Mapped[Count]
    last_error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    next_attempt_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]

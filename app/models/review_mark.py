"""Quality marks: what readers find could be better about an argument, apart from breaches of the rules."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id, by_value
from app.models.moderation import HouseRule

MOST_OPEN_MARKS = 2  # On one argument: more would be a pillory, and its author can mend only so much at once.
_IS_OPEN = text("resolved_at IS NULL")


class MarkKind(StrEnum):
    UNSUPPORTED = "unsupported"
    NO_CLAIM = "no_claim"
    UNCLEAR = "unclear"
    VULGAR = "vulgar"
    DUPLICATE = "duplicate"
    UNRELATED = "unrelated"
    SEVERAL_CLAIMS = "several_claims"
    ELSEWHERE = "elsewhere"  # It should stand somewhere else; a trigger clears it when the argument is moved.


class MarkResolution(StrEnum):
    EDITED = "edited"  # By the author's next wording.
    TAKEN_BACK = "taken_back"  # By whoever set it.
    MODERATOR = "moderator"  # Until taking one away became a decision.
    MOVED = "moved"


class ReviewMark(Base):
    """One person's mark on an argument; open until it is resolved. `slot` numbers the open ones of an argument: the two
    that stand, and those that moderators have hidden, which go on holding theirs."""

    __tablename__ = "review_marks"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        CheckConstraint("slot > 0", name="slot"),
        CheckConstraint("removed_under IS NULL OR hidden_by_id IS NOT NULL", name="removed_is_hidden"),
        CheckConstraint("(resolved_at IS NULL) = (resolution IS NULL)", name="resolved"),
        Index(
            "uq_review_marks_slot_of_an_argument", "debate_id", "argument_id", "slot",
            unique=True, postgresql_where=_IS_OPEN,
        ),
        Index(
            "uq_review_marks_one_a_person_and_argument", "marker_id", "debate_id", "argument_id",
            unique=True, postgresql_where=_IS_OPEN,
        ),
    )  # fmt: skip

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    argument_id: Mapped[int]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = synonym("marker_id")  # As the rules call who is answerable for an item.
    kind: Mapped[MarkKind] = mapped_column(by_value(MarkKind, "kind"))
    words: Mapped[str]
    slot: Mapped[int] = mapped_column(SmallInteger)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    removed_under: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "removed_under"))
    edit_asked_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))  # Never.
    created_at: Mapped[CreatedAt]
    resolved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None] = synonym("resolved_at")  # As of other items: it does not stand any more.
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    resolution: Mapped[MarkResolution | None] = mapped_column(by_value(MarkResolution, "resolution"))

"""“This changed my mind”: credits for arguments, and their earlier wordings."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id, by_value
from app.models.moderation import HouseRule


class Credit(Base):
    """“This changed my mind”, with the reason, once per person and argument. Withdrawn ones keep their row."""

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("debate_id", "user_id", "argument_id"),
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        CheckConstraint("char_length(reason) >= 50", name="reason"),
        CheckConstraint("removed_under IS NULL OR hidden_by_id IS NOT NULL", name="removed_is_hidden"),
        Index("ix_credits_argument", "debate_id", "argument_id", text("created_at DESC")),
        Index("ix_credits_edit_asked", "edit_asked_id", postgresql_where=text("edit_asked_id IS NOT NULL")),
    )

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = synonym("user_id")  # As the rules call who wrote an item.
    argument_id: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[CreatedAt]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    # Then that decision is a removal, and this its rule: what readers see in its place says it.
    removed_under: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "removed_under"))
    # The open request of moderators to its author to change it; where this hid it too, until they have.
    edit_asked_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))


class CreditRevision(Base):
    """A wording of a credit, numbered from 1; the newest stands on the credit itself too."""

    __tablename__ = "credit_revisions"
    __table_args__ = (ForeignKeyConstraint(["debate_id", "credit_id"], ["credits.debate_id", "credits.id"]),)

    debate_id: Mapped[DebateKey]
    credit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    reason: Mapped[str]
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]

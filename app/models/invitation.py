"""Invitations to moderate a debate."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, Id, by_value
from app.models.moderation import Stake


class ModeratorInvitation(Base):
    """By a host, to a member, who accepts or declines; open until then, or until a host takes it back."""

    __tablename__ = "moderator_invitations"
    __table_args__ = (
        Index(
            "uq_moderator_invitations_open", "user_id", "debate_id", unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None]
    is_accepted: Mapped[bool] = mapped_column(server_default="false")
    interest: Mapped[Stake | None] = mapped_column(by_value(Stake, "interest"))  # Sent in spite of it.

"""What somebody has seen of a debate, so that it can say what is new to them."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey


class Visit(Base):
    """The newest arguments that a person could see when the visit before this one ended, and in this one so far."""

    __tablename__ = "visits"

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    since_id: Mapped[int]  # What was posted later is new.
    newest_id: Mapped[int]
    began_at: Mapped[CreatedAt]
    seen_at: Mapped[CreatedAt]

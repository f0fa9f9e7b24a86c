"""Known cases that moderators practise on, and what each answered: seen by themselves alone."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, Id, by_value
from app.models.moderation import HouseRule


class Verdict(StrEnum):
    """What practice asks for: it decides nothing, so it is no action."""

    LEAVE = "leave"
    HIDE = "hide"


class KnownCase(Base):
    """A decided case that moderators have chosen as good for training. What was settled stands in its decision."""

    __tablename__ = "known_cases"

    id: Mapped[Id]
    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class PracticeAnswer(Base):
    """One answer, beside what was settled when it was given. No key to the case: answers outlive it."""

    __tablename__ = "practice_answers"
    __table_args__ = (
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_practice_answers_latest", "user_id", "case_key", text("answered_at DESC")),
    )

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    case_key: Mapped[str]  # As in addresses: the number of a known case, or the name of a made-up example.
    action: Mapped[Verdict] = mapped_column(by_value(Verdict, "action"))
    house_rule: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "house_rule"))
    settled_action: Mapped[Verdict] = mapped_column(by_value(Verdict, "settled_action"))
    settled_rule: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "settled_rule"))
    idempotency_key: Mapped[str]
    answered_at: Mapped[CreatedAt]

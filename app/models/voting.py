"""What people give beside votes on claims: judgements of links, claims put off; and discounts of votes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id, Version


class Bearing(Base):
    """Whether somebody finds that a reply bears on its parent at all: a vote on the link, not on the claim."""

    __tablename__ = "bearings"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        Index("ix_bearings_uncounted", "debate_id", "argument_id", postgresql_where=text("NOT is_counted")),
    )

    debate_id: Mapped[DebateKey]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    argument_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    bears: Mapped[bool]
    is_counted: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[Version]  # Of the reply that this person had read.
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]


class Skip(Base):
    """A claim that somebody has put off while voting on one after another; it comes again when all are seen."""

    __tablename__ = "skips"
    __table_args__ = (ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),)

    debate_id: Mapped[DebateKey]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    argument_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    created_at: Mapped[CreatedAt]


class VoteDiscount(Base):
    """Votes of one person on arguments of another do not count in a debate, by a decision, until it is undone.

    It keeps the arguments on which the person's vote, or judgement of the link, counted until then: what waited
    for another reason at the time goes on waiting for it when the discount is lifted. When the author is erased it
    goes on for the arguments that they left, which name nobody any more.
    """

    __tablename__ = "vote_discounts"
    __table_args__ = (
        Index(
            "uq_vote_discounts_in_force",
            "debate_id",
            "voter_id",
            "author_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    voter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    left_arguments: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), index=True)
    stopped_votes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    stopped_bearings: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    lifted_at: Mapped[datetime | None]

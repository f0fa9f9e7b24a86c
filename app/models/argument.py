"""Arguments in their tree, their earlier wordings, and votes on their claims."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Computed,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, Version, by_value, search_index, search_vector
from app.models.moderation import HouseRule


class Relation(StrEnum):
    """How an argument bears on its parent."""

    SUPPORT = "support"
    REBUT = "rebut"
    UNDERCUT = "undercut"


class Origin(StrEnum):
    ESSAY = "essay"  # Taken apart from the essay; it has no author here.
    PERSON = "person"
    IMPORTED = "imported"  # A statement from elsewhere; who wrote it has no account here.


# Each post looks into these indexes, and would read through all entries that wait for being sorted in.
AT_ONCE: dict[str, Any] = {"postgresql_with": {"fastupdate": "off"}}

# Listed: shown in lists, counted, and counting as an answer. Withdrawn and hidden arguments keep their place.
LISTED = text("hidden_by_id IS NULL AND withdrawn_at IS NULL")


class Argument(Base):
    __tablename__ = "arguments"
    __table_args__ = (
        UniqueConstraint("debate_id", "seed_key"),
        UniqueConstraint("author_id", "idempotency_key"),
        ForeignKeyConstraint(["debate_id", "parent_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "root_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "position_id"], ["positions.debate_id", "positions.id"]),
        CheckConstraint("(parent_id IS NULL) = (relation IS NULL)", name="relation_of_reply"),
        CheckConstraint("(parent_id IS NULL) = (depth = 0)", name="depth"),
        CheckConstraint("parent_id IS NOT NULL OR position_id IS NOT NULL", name="first_level_has_position"),
        CheckConstraint(
            "least(agree_count, disagree_count, pass_count, support_count, rebut_count, undercut_count) >= 0",
            name="counts",
        ),
        CheckConstraint("least(bears_count, bears_not_count, credit_count) >= 0", name="other_counts"),
        CheckConstraint("earlier_vote_count >= 0", name="earlier_votes"),
        ForeignKeyConstraint(["debate_id", "merged_into_id"], ["arguments.debate_id", "arguments.id"]),
        CheckConstraint("merged_into_id IS NULL OR hidden_by_id IS NOT NULL", name="merged_is_hidden"),
        CheckConstraint("removed_under IS NULL OR hidden_by_id IS NOT NULL", name="removed_is_hidden"),
        Index(
            "ix_arguments_merged", "debate_id", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")
        ),
        ForeignKeyConstraint(["debate_id", "split_from_id"], ["arguments.debate_id", "arguments.id"]),
        Index("ix_arguments_split", "debate_id", "split_from_id", postgresql_where=text("split_from_id IS NOT NULL")),
        Index("ix_arguments_replies", "debate_id", "parent_id", "relation", text("strength DESC"), "id"),
        Index(
            "ix_arguments_strongest", "debate_id", "position_id", text("strength DESC"), "id", postgresql_where=LISTED
        ),
        Index(
            "ix_arguments_unlisted", "debate_id",
            postgresql_where=text("hidden_by_id IS NOT NULL OR withdrawn_at IS NOT NULL"),
        ),
        Index(
            "ix_arguments_credited", "debate_id", text("credit_count DESC"), "id",
            postgresql_where=text("credit_count > 0"),
        ),
        Index("ix_arguments_strength_due", "debate_id", "id", postgresql_where=text("is_strength_due")),
        Index("ix_arguments_thread", "debate_id", "root_id", "depth"),
        Index("ix_arguments_author", "author_id", text("id DESC")),
        Index("ix_arguments_edit_asked", "edit_asked_id", postgresql_where=text("edit_asked_id IS NOT NULL")),
        Index("ix_arguments_has_argued", "author_id", "debate_id"),
        search_index("arguments", **AT_ONCE),
        Index(
            "ix_arguments_claim", "debate_id", "claim",
            postgresql_using="gin", postgresql_ops={"claim": "gin_trgm_ops"}, **AT_ONCE,
        ),
    )  # fmt: skip

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    parent_id: Mapped[int | None]
    root_id: Mapped[int | None]  # The first-level argument of the thread; none on that one itself.
    depth: Mapped[Count]
    relation: Mapped[Relation | None] = mapped_column(by_value(Relation, "relation"))
    position_id: Mapped[int | None]  # The side it speaks for, where that is known.
    origin: Mapped[Origin] = mapped_column(by_value(Origin, "origin"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    claim: Mapped[str]
    grounds_markdown: Mapped[str]
    grounds_html: Mapped[str]
    steelman: Mapped[str] = mapped_column(server_default="")  # Of a reply: what it answers, said back. Often nothing.
    steelman_accepted_at: Mapped[datetime | None]  # When the author of what it answers found that fair.
    steelman_accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    seed_key: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    version: Mapped[Version]  # Rises with each edit that is public: votes say on which one they were cast.
    edited_at: Mapped[datetime | None]  # Likewise.
    withdrawn_at: Mapped[datetime | None]
    conceded_at: Mapped[datetime | None]  # When its author granted what was brought up against it.
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    # Then that decision is a removal, and this its rule: what readers see in its place says it.
    removed_under: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "removed_under"))
    # The open request of moderators to its author to change it; where this hid it too, until they have.
    edit_asked_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    merged_into_id: Mapped[int | None]  # Then it is hidden by that decision, and its address leads there.
    split_from_id: Mapped[int | None]  # The argument that moderators took it out of.
    locked_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    agree_count: Mapped[Count]
    disagree_count: Mapped[Count]
    pass_count: Mapped[Count]
    support_count: Mapped[Count]  # Listed replies of each relation.
    rebut_count: Mapped[Count]
    undercut_count: Mapped[Count]
    bears_count: Mapped[Count]  # Of a reply: how many find that it bears on its parent, and how many do not.
    bears_not_count: Mapped[Count]
    credit_count: Mapped[Count]
    earlier_vote_count: Mapped[Count]  # Of the votes that count, those on an earlier version.
    base_score: Mapped[float] = mapped_column(
        Double, Computed("(agree_count + 1.0) / (agree_count + disagree_count + 2.0)", persisted=True)
    )
    # From here on kept by app/standing/settling.py, a moment after what they follow from (docs/adr/0005).
    strength: Mapped[float] = mapped_column(Double, server_default="0.5")
    passed_on: Mapped[float] = mapped_column(Double, server_default="0.25")  # What its parent gets of that.
    # What it gets of its own replies, of one author's of a relation only the most: sums, and products of what is left.
    supported: Mapped[float] = mapped_column(Double, server_default="0")
    attacked: Mapped[float] = mapped_column(Double, server_default="0")
    supports_leave: Mapped[float] = mapped_column(Double, server_default="1")
    attacks_leave: Mapped[float] = mapped_column(Double, server_default="1")
    undercuts_leave: Mapped[float] = mapped_column(Double, server_default="1")
    holds: Mapped[bool] = mapped_column(server_default="true")  # No answer to its claim holds (grounded labelling).
    reaches: Mapped[bool] = mapped_column(server_default="true")  # It holds, and no undercut takes it from its parent.
    is_strength_due: Mapped[bool] = mapped_column(server_default="true")  # A trigger says so.
    search_vector: Mapped[Any] = search_vector(claim="A", grounds_markdown="B", steelman="C")


ATTACKS = (Relation.REBUT, Relation.UNDERCUT)
# For readers, of a listed argument: nobody has answered it, or each answer has been answered in turn.
IS_UNANSWERED: ColumnElement[bool] = and_(Argument.reaches, Argument.conceded_at.is_(None))


class ArgumentRevision(Base):
    """A wording of an argument, numbered from 1; the newest stands on the argument itself too.

    Of the wordings of one version, which was edited while it could be freely, only the last is public.
    """

    __tablename__ = "argument_revisions"
    __table_args__ = (ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),)

    debate_id: Mapped[DebateKey]
    argument_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    version: Mapped[Version]
    claim: Mapped[str]
    grounds_markdown: Mapped[str]
    steelman: Mapped[str] = mapped_column(server_default="")
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))  # Moderators worded it, by a split.
    created_at: Mapped[CreatedAt]


class Concession(Base):
    """Its author granted what was brought up against an argument; taken back, the row stays as the trace of it.

    The one that stands is on the argument itself too.
    """

    __tablename__ = "concessions"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        Index("ix_concessions_argument", "debate_id", "argument_id", "id"),
        Index(
            "uq_concessions_standing", "debate_id", "argument_id", unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )  # fmt: skip

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    argument_id: Mapped[int]
    conceded_at: Mapped[CreatedAt]
    taken_back_at: Mapped[datetime | None]


class ArgumentLink(Base):
    """An argument used as a reply in a further place. It counts there as an answer, and in no total (docs/adr/0011)."""

    __tablename__ = "argument_links"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "source_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "target_id"], ["arguments.debate_id", "arguments.id"]),
        CheckConstraint("source_id <> target_id", name="two_arguments"),
        Index(
            "uq_argument_links_once", "debate_id", "target_id", "source_id", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_argument_links_source", "debate_id", "source_id", postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    source_id: Mapped[int]
    target_id: Mapped[int]
    relation: Mapped[Relation] = mapped_column(by_value(Relation, "relation"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))  # Who put it there.
    created_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))  # By moderators.


class VoteValue(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"


class Vote(Base):
    __tablename__ = "votes"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        Index("ix_votes_uncounted", "debate_id", "argument_id", postgresql_where=text("NOT is_counted")),
    )

    debate_id: Mapped[DebateKey]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    argument_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    value: Mapped[VoteValue] = mapped_column(by_value(VoteValue, "value"))
    is_counted: Mapped[bool] = mapped_column(server_default="true")  # Not yet, or not while a discount is in force.
    version: Mapped[Version]  # Of the argument that its voter had read.
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]

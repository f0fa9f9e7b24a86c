"""The essay: immutable revisions, their blocks, and the passages that debates point at."""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, by_value, search_index, search_vector


class Essay(Base):
    __tablename__ = "essays"

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    title: Mapped[str]
    byline: Mapped[str]
    created_at: Mapped[CreatedAt]


class EssayRevision(Base):
    """One published wording. Offsets everywhere count code points of `text`, end exclusive."""

    __tablename__ = "essay_revisions"
    __table_args__ = (
        UniqueConstraint("debate_id", "essay_id", "number"),
        ForeignKeyConstraint(["debate_id", "essay_id"], ["essays.debate_id", "essays.id"]),
        search_index("essay_revisions"),
    )

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    essay_id: Mapped[int]
    number: Mapped[int]
    markdown: Mapped[str]
    text: Mapped[str]
    text_sha256: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")  # What the host says has changed.
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    published_at: Mapped[CreatedAt]
    search_vector: Mapped[Any] = search_vector(text="A")


class Paragraph(Base):
    """A block of a revision (paragraph, heading, quotation, list item): its range, inline formats and sentences."""

    __tablename__ = "paragraphs"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "revision_id"], ["essay_revisions.debate_id", "essay_revisions.id"]),
        CheckConstraint('"start" >= 0 AND "end" >= "start"', name="range"),
    )

    debate_id: Mapped[DebateKey]
    revision_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str]
    block: Mapped[dict[str, Any]] = mapped_column(JSONB)
    start: Mapped[int]
    end: Mapped[int]
    sentences: Mapped[list[list[int]]] = mapped_column(JSONB)


class Passage(Base):
    """A range of a revision that citations and annotations point at, with its quote selector."""

    __tablename__ = "passages"
    __table_args__ = (
        UniqueConstraint("debate_id", "revision_id", "start", "end"),
        ForeignKeyConstraint(["debate_id", "revision_id"], ["essay_revisions.debate_id", "essay_revisions.id"]),
        CheckConstraint('"start" >= 0 AND "end" > "start"', name="range"),
    )

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    revision_id: Mapped[int]
    paragraph_number: Mapped[int]  # The paragraph in which it starts.
    start: Mapped[int]
    end: Mapped[int]
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    created_at: Mapped[CreatedAt]


class PlacementState(StrEnum):
    """How truly a passage stands in a revision."""

    EXACT = "exact"  # The same words at the same place.
    MOVED = "moved"  # The same words at another place.
    FUZZY = "fuzzy"  # Similar words; the score says how similar.
    ORPHAN = "orphan"  # Its words are gone: a wrong place would be worse than none.


class Placement(Base):
    """Where a passage stands in a revision: one row for the revision it was marked on and for each later one."""

    __tablename__ = "placements"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "revision_id"], ["essay_revisions.debate_id", "essay_revisions.id"]),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"], ondelete="CASCADE"),
        CheckConstraint("(state = 'orphan') = (\"start\" IS NULL)", name="orphan_has_no_place"),
        CheckConstraint(
            'num_nulls("start", "end", paragraph_number) IN (0, 3) AND "start" >= 0 AND "end" > "start"',
            name="range",
        ),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        Index("ix_placements_passage", "debate_id", "passage_id", "revision_id"),
        Index("ix_placements_place", "debate_id", "revision_id", "start", "end"),
    )

    debate_id: Mapped[DebateKey]
    revision_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    passage_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[PlacementState] = mapped_column(by_value(PlacementState, "state"))
    score: Mapped[float] = mapped_column(Double, server_default="1")
    reason: Mapped[str] = mapped_column(server_default="")
    start: Mapped[int | None]
    end: Mapped[int | None]
    paragraph_number: Mapped[int | None]
    is_by_hand: Mapped[bool] = mapped_column(server_default=false())  # Or follows a place that was.
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    placed_at: Mapped[CreatedAt]


class EssayDraft(Base):
    """A wording that a host prepares; where passages go by hand is kept with it until it is published."""

    __tablename__ = "essay_drafts"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "base_revision_id"], ["essay_revisions.debate_id", "essay_revisions.id"]),
    )

    debate_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("debates.id"), primary_key=True)
    base_revision_id: Mapped[int]  # The newest revision when the draft was begun.
    markdown: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    places: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")  # [start, end] by passage id.
    version: Mapped[Count]  # Raised by every change, so that nobody publishes what they have not seen.
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]


class Citation(Base):
    """An argument rests on a passage of the essay."""

    __tablename__ = "citations"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"]),
        Index("ix_citations_passage", "debate_id", "passage_id"),
    )

    debate_id: Mapped[DebateKey]
    argument_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    passage_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    created_at: Mapped[CreatedAt]

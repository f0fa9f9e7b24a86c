"""The essay: immutable revisions, their blocks, and the passages that debates point at."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id


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
    )

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    essay_id: Mapped[int]
    number: Mapped[int]
    markdown: Mapped[str]
    text: Mapped[str]
    text_sha256: Mapped[str]
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    published_at: Mapped[CreatedAt]


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

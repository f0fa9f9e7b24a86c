"""Sources outside the essay, and the arguments that rest on them."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id


class Source(Base):
    """A page, a book, a document: once in a debate, however many arguments cite it."""

    __tablename__ = "sources"
    __table_args__ = (
        UniqueConstraint("debate_id", "address"),
        Index("ix_sources_title", "debate_id", text("lower(title)"), "id"),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    title: Mapped[str]
    address: Mapped[str]  # A link, or where it can be found.
    created_at: Mapped[CreatedAt]


class SourceCitation(Base):
    """An argument rests on a source, here in its words. Removed, the row stays as the trace of it."""

    __tablename__ = "source_citations"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "source_id"], ["sources.debate_id", "sources.id"]),
        Index("ix_source_citations_argument", "debate_id", "argument_id", "id"),
        Index("ix_source_citations_source", "debate_id", "source_id", "id"),
        Index(
            "uq_source_citations_standing", "debate_id", "argument_id", "source_id", unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )  # fmt: skip

    debate_id: Mapped[DebateKey]
    id: Mapped[Id]
    argument_id: Mapped[int]
    source_id: Mapped[int]
    words: Mapped[str]  # Quoted from it; empty where nothing is.
    added_at: Mapped[CreatedAt]
    removed_at: Mapped[datetime | None]

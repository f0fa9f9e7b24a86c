"""Sources outside the essay, and the arguments that rest on them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id, by_value
from app.models.moderation import HouseRule


class Source(Base):
    """A page, a book, a document: once in a debate, however many arguments cite it."""

    __tablename__ = "sources"
    __table_args__ = (
        UniqueConstraint("debate_id", "address"),
        Index("ix_sources_title", "debate_id", text("lower(title)"), "id"),
        Index("ix_sources_added_by", "added_by_id"),
        CheckConstraint("removed_under IS NULL OR hidden_by_id IS NOT NULL", name="removed_is_hidden"),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    title: Mapped[str]
    address: Mapped[str]  # A link, or where it can be found.
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))  # First to cite it.
    author_id: Mapped[int | None] = synonym("added_by_id")  # As the rules call who is answerable for an item.
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    removed_under: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "removed_under"))
    edit_asked_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))  # Never, so far.
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

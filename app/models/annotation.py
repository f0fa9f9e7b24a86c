"""Notes and questions on a passage of the essay."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, by_value, search_index, search_vector
from app.models.moderation import HouseRule


class AnnotationKind(StrEnum):
    NOTE = "note"
    QUESTION = "question"
    REPLY = "reply"  # To a note or a question, on the same passage.


MAX_TAGS = 5  # Enough to file a note by; more would be a text of their own.


class Annotation(Base):
    __tablename__ = "annotations"
    __table_args__ = (
        UniqueConstraint("author_id", "idempotency_key"),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"]),
        ForeignKeyConstraint(["debate_id", "parent_id"], ["annotations.debate_id", "annotations.id"]),
        CheckConstraint("(kind = 'reply') = (parent_id IS NOT NULL)", name="reply_has_parent"),
        CheckConstraint(f"cardinality(tags) <= {MAX_TAGS}", name="tags"),
        CheckConstraint("reply_count >= 0", name="reply_count"),
        CheckConstraint("removed_under IS NULL OR hidden_by_id IS NOT NULL", name="removed_is_hidden"),
        Index("ix_annotations_passage", "debate_id", "passage_id"),
        Index("ix_annotations_parent", "debate_id", "parent_id", "id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_annotations_author", "author_id", text("id DESC")),
        Index("ix_annotations_edit_asked", "edit_asked_id", postgresql_where=text("edit_asked_id IS NOT NULL")),
        Index(
            "ix_annotations_unlisted",
            "debate_id",
            postgresql_where=text("hidden_by_id IS NOT NULL OR withdrawn_at IS NOT NULL"),
        ),
        search_index("annotations"),
        Index("ix_annotations_source", "debate_id", "source_iri", postgresql_where=text("source_iri IS NOT NULL")),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    passage_id: Mapped[int]
    parent_id: Mapped[int | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[AnnotationKind] = mapped_column(by_value(AnnotationKind, "kind"))
    body_markdown: Mapped[str]
    body_html: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    reply_count: Mapped[Count]  # Listed replies.
    idempotency_key: Mapped[str | None]
    source_iri: Mapped[str | None]  # What it was called where it came from: an id that became `via`.
    canonical_iri: Mapped[str | None]
    source_creator: Mapped[str | None]  # Who wrote it there, empty if nobody said; here an account answers for it.
    source_created_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    edited_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    withdrawn_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    # Then that decision is a removal, and this its rule: what readers see in its place says it.
    removed_under: Mapped[HouseRule | None] = mapped_column(by_value(HouseRule, "removed_under"))
    # The open request of moderators to its author to change it; where this hid it too, until they have.
    edit_asked_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    search_vector: Mapped[Any] = search_vector(body_markdown="A")


class AnnotationRevision(Base):
    """A wording and place of an annotation, numbered from 1; the newest stands on the annotation itself too."""

    __tablename__ = "annotation_revisions"
    __table_args__ = (
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"]),
    )

    debate_id: Mapped[DebateKey]
    annotation_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[AnnotationKind] = mapped_column(by_value(AnnotationKind, "kind"))
    passage_id: Mapped[int]
    body_markdown: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]

"""Notes and questions on a passage of the essay."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import CreatedAt, DebateKey, Id, by_value


class AnnotationKind(StrEnum):
    NOTE = "note"
    QUESTION = "question"


class Annotation(Base):
    __tablename__ = "annotations"
    __table_args__ = (
        UniqueConstraint("author_id", "idempotency_key"),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"]),
        Index("ix_annotations_passage", "debate_id", "passage_id"),
        Index("ix_annotations_author", "author_id", text("id DESC")),
    )

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    passage_id: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    kind: Mapped[AnnotationKind] = mapped_column(by_value(AnnotationKind, "kind"))
    body_markdown: Mapped[str]
    body_html: Mapped[str]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))

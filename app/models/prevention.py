"""What keeps harm out before it stands: watched words, posts that wait for a moderator, where sign-ups came from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, DebateKey, Id, by_value
from app.models.user import SanctionKind


class WatchAction(StrEnum):
    """What becomes of a text with a watched word, the strongest first."""

    BLOCK = "block"  # It is not posted.
    HOLD = "hold"  # It waits for a moderator.
    FLAG = "flag"  # It stands, and a case is opened.


class WatchedWord(Base):
    """A word or words, on the whole site (no debate) or in one debate."""

    __tablename__ = "watched_words"
    __table_args__ = (UniqueConstraint("debate_id", "pattern", postgresql_nulls_not_distinct=True),)

    id: Mapped[Id]
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    pattern: Mapped[str]
    action: Mapped[WatchAction] = mapped_column(by_value(WatchAction, "action"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class WatchedWordChange(Base):
    """Who changed what is watched. No foreign keys: entries outlive words and accounts; a trigger forbids changing or
    deleting them."""

    __tablename__ = "watched_word_changes"
    __table_args__ = (Index("ix_watched_word_changes_debate", "debate_id", text("id DESC")),)

    id: Mapped[Id]
    at: Mapped[CreatedAt]
    debate_id: Mapped[int | None]
    moderator_name: Mapped[str]
    pattern: Mapped[str]
    before: Mapped[str | None]  # The action until then; none where the word is new.
    after: Mapped[str | None]  # None where it was removed.
    decision_id: Mapped[int | None]  # None of those from before each change was a decision.


class HeldReason(StrEnum):
    FIRST_POST = "first_post"
    TRAP = "trap"  # Sent faster than anybody types, or with the field filled in that people do not see.
    WATCHED = "watched"


class HeldPost(Base):
    """A text that waits for a moderator, seen by its author and by moderators alone. It stands nowhere else yet: no
    list, count, search, feed or notification can have it. `fields` is the form as it was sent, and posted as it is
    when it is released.
    """

    __tablename__ = "held_posts"
    __table_args__ = (
        UniqueConstraint("author_id", "idempotency_key"),
        ForeignKeyConstraint(["debate_id", "parent_argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "parent_annotation_id"], ["annotations.debate_id", "annotations.id"]),
        ForeignKeyConstraint(["debate_id", "passage_id"], ["passages.debate_id", "passages.id"]),
        ForeignKeyConstraint(["debate_id", "argument_id"], ["arguments.debate_id", "arguments.id"]),
        ForeignKeyConstraint(["debate_id", "annotation_id"], ["annotations.debate_id", "annotations.id"]),
        CheckConstraint("num_nonnulls(argument_id, annotation_id) <= 1", name="released_once"),
        Index("ix_held_posts_author", "author_id", text("id DESC")),
        Index(
            "ix_held_posts_waiting", "debate_id", "id",
            postgresql_where=text("decision_id IS NULL AND withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    debate_id: Mapped[DebateKey] = mapped_column(ForeignKey("debates.id"))
    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    reason: Mapped[HeldReason] = mapped_column(by_value(HeldReason, "reason"))
    watched: Mapped[str]  # The words that were watched, for moderators.
    parent_argument_id: Mapped[int | None]
    parent_annotation_id: Mapped[int | None]
    passage_id: Mapped[int | None]  # Of an annotation. What has neither this nor a parent is a first-level argument.
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[Count]
    idempotency_key: Mapped[str]
    created_at: Mapped[CreatedAt]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))  # The last one.
    argument_id: Mapped[int | None]  # What it became.
    annotation_id: Mapped[int | None]

    @property
    def is_released(self) -> bool:
        return self.argument_id is not None or self.annotation_id is not None


class NetworkTrace(Base):
    """From which network somebody signed up or in, as a keyed hash, for thirty days (app/accounts/networks.py)."""

    __tablename__ = "network_traces"
    __table_args__ = (Index("ix_network_traces_block", "block_hash", "user_id"),)

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    block_hash: Mapped[bytes] = mapped_column(primary_key=True)
    last_at: Mapped[CreatedAt]


class FormerAccount(Base):
    """An account that was erased while its person was silenced or suspended; nothing here says who that was, and
    nobody takes the name before the end (app/accounts/former.py)."""

    __tablename__ = "former_accounts"

    id: Mapped[Id]
    name_hash: Mapped[bytes] = mapped_column(unique=True)
    kind: Mapped[SanctionKind] = mapped_column(by_value(SanctionKind, "kind"))
    until: Mapped[datetime]
    erased_at: Mapped[CreatedAt]


class FormerTrace(Base):
    """A network of a former account, or somebody who invited it or whom it invited to moderate: for thirty days."""

    __tablename__ = "former_traces"
    __table_args__ = (CheckConstraint("num_nonnulls(block_hash, other_id) = 1", name="one_hint"),)

    id: Mapped[Id]
    former_id: Mapped[int] = mapped_column(ForeignKey("former_accounts.id", ondelete="CASCADE"), index=True)
    block_hash: Mapped[bytes | None] = mapped_column(index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    last_at: Mapped[CreatedAt]

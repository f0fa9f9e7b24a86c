"""People with an account, their sessions and one-time links."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Count, CreatedAt, Id, by_value


class Role(StrEnum):
    """What a person may do on the whole site; roles within one debate are in DebateRole."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


class MailRhythm(StrEnum):
    """How often somebody gets what they are told by mail as well (app/notifications/rhythm.py)."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_username_lower", text("lower(username)"), unique=True),
        Index("uq_users_email_lower", text("lower(email)"), unique=True),
        CheckConstraint("unread_count >= 0", name="unread_count"),
        Index("ix_users_staff", "id", postgresql_where=text("role <> 'member'")),
        Index(
            "ix_users_names",
            "display_name",
            "username",
            postgresql_using="gin",
            postgresql_ops={"display_name": "gin_trgm_ops", "username": "gin_trgm_ops"},
        ),
    )

    id: Mapped[Id]
    username: Mapped[str]
    display_name: Mapped[str]
    email: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(by_value(Role, "role"), server_default=Role.MEMBER)
    # Of notifications; messages about the account always come. A debate or a thread may have another one.
    mail_rhythm: Mapped[MailRhythm] = mapped_column(
        by_value(MailRhythm, "mail_rhythm"), server_default=MailRhythm.IMMEDIATE
    )
    told_by_mail_at: Mapped[datetime | None]  # When the last immediate letter was written.
    is_simulated: Mapped[bool] = mapped_column(server_default="false")
    is_imported: Mapped[bool] = mapped_column(server_default="false")  # Voted elsewhere; nobody signs in as them.
    unread_count: Mapped[Count]
    created_at: Mapped[CreatedAt]


class Session(Base):
    """A signed-in browser. Only the SHA-256 of the cookie's token is kept."""

    __tablename__ = "sessions"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_agent: Mapped[str]
    created_at: Mapped[CreatedAt]
    last_seen_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]


class LinkPurpose(StrEnum):
    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"
    BECOME_ADMINISTRATOR = "become_administrator"


class OneTimeLink(Base):
    """A link that works once, until it expires: the hash of its token, and what it is for."""

    __tablename__ = "one_time_links"

    id: Mapped[Id]
    purpose: Mapped[LinkPurpose] = mapped_column(by_value(LinkPurpose, "purpose"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TokenScope(StrEnum):
    """What the owner of a token lets its programs do. Reading needs no token."""

    ANNOTATIONS_WRITE = "annotations:write"  # Post, change and withdraw the owner's own.


class AccessToken(Base):
    """What a program of a person's shows instead of a cookie. Only the SHA-256 of the token is kept."""

    __tablename__ = "access_tokens"

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SanctionKind(StrEnum):
    SILENCE = "silence"  # May read and vote, not write.
    SUSPEND = "suspend"  # May read like a visitor.


class Sanction(Base):
    """A restriction of a person by a decision, on the site (no debate) or in one debate, until a time."""

    __tablename__ = "sanctions"
    __table_args__ = (Index("ix_sanctions_in_force", "user_id", postgresql_where=text("lifted_at IS NULL")),)

    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[SanctionKind] = mapped_column(by_value(SanctionKind, "kind"))
    debate_id: Mapped[int | None] = mapped_column(ForeignKey("debates.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    until: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class WithheldName(Base):
    """A name shown that moderators took from a person, and what stands instead until they choose another one."""

    __tablename__ = "withheld_names"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    stand_in: Mapped[str]
    lifted_at: Mapped[datetime | None]


class DebateRoleKind(StrEnum):
    MODERATOR = "moderator"
    HOST = "host"


class DebateRole(Base):
    __tablename__ = "debate_roles"

    debate_id: Mapped[int] = mapped_column(ForeignKey("debates.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[DebateRoleKind] = mapped_column(by_value(DebateRoleKind, "kind"))
    created_at: Mapped[CreatedAt]

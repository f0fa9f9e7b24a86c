"""People choose what they are told of and how often by mail; letters gather what they report until they leave."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_90"
down_revision = "20261128_80b"
branch_labels = None
depends_on = None

RHYTHMS = ("immediate", "daily", "weekly", "never")
INTERESTS = ("everything", "own", "nothing")
NEW_KINDS = ("citation", "new_argument")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    rhythm = sa.Enum(*RHYTHMS, name="mail_rhythm", native_enum=False, create_constraint=True, length=32)
    op.add_column("users", sa.Column("mail_rhythm", rhythm, server_default="immediate", nullable=False))
    op.add_column("users", sa.Column("told_by_mail_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE users SET mail_rhythm = 'never' WHERE NOT wants_mail")
    op.drop_column("users", "wants_mail")
    _allow_kinds(add=NEW_KINDS)
    _let_letters_gather()
    _make_choices()
    _make_announcements()


def downgrade() -> None:
    """What only this version tells goes, and is unread no longer."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("announcements")
    op.drop_table("notification_choices")
    _forget_new_kinds()
    _allow_kinds(drop=NEW_KINDS)
    op.drop_index("ix_notifications_argument", "notifications")
    for column in ("mail_id", "mail_due_at"):
        op.drop_column("notifications", column)
    op.execute("DELETE FROM mails WHERE user_id IS NOT NULL")
    op.drop_column("mails", "user_id")
    op.add_column("users", sa.Column("wants_mail", sa.Boolean(), server_default="true", nullable=False))
    op.execute("UPDATE users SET wants_mail = false WHERE mail_rhythm = 'never'")
    for column in ("told_by_mail_at", "mail_rhythm"):
        op.drop_column("users", column)


def _let_letters_gather() -> None:
    op.add_column("mails", sa.Column("user_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_mails_user_id"), "mails", "users", ["user_id"], ["id"], ondelete="CASCADE")
    op.create_index("ix_mails_user_id", "mails", ["user_id"])
    op.add_column("notifications", sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notifications", sa.Column("mail_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notifications_mail_id"), "notifications", "mails", ["mail_id"], ["id"], ondelete="SET NULL"
    )
    for name, columns, where in (
        ("ix_notifications_argument", ["debate_id", "argument_id"], "argument_id"),
        ("ix_notifications_due", ["mail_due_at", "user_id"], "mail_due_at"),
        ("ix_notifications_waiting", ["user_id"], "mail_due_at"),
        ("ix_notifications_mail", ["mail_id"], "mail_id"),
    ):
        op.create_index(name, "notifications", columns, postgresql_where=sa.text(f"{where} IS NOT NULL"))


def _make_choices() -> None:
    interest = sa.Enum(*INTERESTS, name="interest", native_enum=False, create_constraint=True, length=32)
    rhythm = sa.Enum(*RHYTHMS, name="mail_rhythm", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "notification_choices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("interest", interest, nullable=True),
        sa.Column("mail_rhythm", rhythm, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notification_choices_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["debate_id"], ["debates.id"], name=op.f("fk_notification_choices_debate_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_notification_choices_debate_id_argument_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_choices")),
        sa.UniqueConstraint(
            "user_id",
            "debate_id",
            "argument_id",
            name=op.f("uq_notification_choices_user_id_debate_id_argument_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_notification_choices_place", "notification_choices", ["debate_id", "argument_id", "user_id"])


def _make_announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=True),
        sa.Column("annotation_id", sa.BigInteger(), nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["debate_id", f"{item}_id"],
                [f"{item}s.debate_id", f"{item}s.id"],
                name=op.f(f"fk_announcements_debate_id_{item}_id"),
                ondelete="CASCADE",
            )
            for item in ("argument", "annotation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )


def _allow_kinds(add: tuple[str, ...] = (), drop: tuple[str, ...] = ()) -> None:
    """Starting from what the table allows now, so that revisions that add kinds may come in any order."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_notifications_kind'")
    now = re.findall(r"'(\w+)'", op.get_bind().execute(found).scalar_one())
    kinds = [kind for kind in (*now, *add) if kind not in drop]
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({listed})")


def _forget_new_kinds() -> None:
    kinds = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    op.execute(f"""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE kind IN ({kinds}) AND read_at IS NULL GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)  # noqa: S608  (constants)
    op.execute(f"DELETE FROM notifications WHERE kind IN ({kinds})")  # noqa: S608

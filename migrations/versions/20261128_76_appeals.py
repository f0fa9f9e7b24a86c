"""Appeals against decisions, their answers, and cases that are opened again."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_76b"
down_revision = "20261128_76"
branch_labels = None
depends_on = None

ACTIONS = ("reopen", "uphold")
KINDS = ("appeal_outcome",)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_appeals()
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)
    _change_values("notifications", "kind", added=KINDS)


def downgrade() -> None:
    """What people were told of answers goes with the appeals; decisions and the log keep what they say."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE read_at IS NULL AND kind = 'appeal_outcome' GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)
    op.execute("DELETE FROM notifications WHERE kind = 'appeal_outcome'")
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)
    _change_values("notifications", "kind", removed=KINDS)
    op.drop_table("appeals")


def _add_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("appellant_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'overturned')", name=op.f("ck_appeals_outcome")),
        sa.CheckConstraint("num_nonnulls(outcome, answered_at) IN (0, 2)", name=op.f("ck_appeals_answered")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_appeals_decision_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["decisions.id"], name=op.f("fk_appeals_answer_id")),
        sa.ForeignKeyConstraint(
            ["appellant_id"], ["users.id"], name=op.f("fk_appeals_appellant_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("decision_id", "appellant_id", name=op.f("uq_appeals_decision_id_appellant_id")),
    )
    op.create_index("ix_appeals_appellant", "appeals", ["appellant_id", sa.text("id DESC")])
    op.create_index("ix_appeals_answer", "appeals", ["answer_id"])
    op.create_index("ix_appeals_open", "appeals", ["made_at", "id"], postgresql_where=sa.text("answered_at IS NULL"))


def _change_values(table: str, column: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Beside whatever values the column may have. Entries of the log stay for ever, so going back does not look at
    those that are there."""
    name = f"ck_{table}_{column}"
    definition = op.get_bind().execute(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    values = dict.fromkeys([*re.findall(r"'([a-z_]+)'::", definition.scalar_one()), *added])
    listed = ", ".join(f"'{value}'" for value in values if value not in removed)
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID")
    if added:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

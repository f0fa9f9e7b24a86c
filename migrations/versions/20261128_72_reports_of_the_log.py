"""Anybody can report a mistake in the log; somebody else than who acted answers."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_72b"
down_revision = "20261128_72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "log_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("entry_number", sa.BigInteger(), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_log_reports_answered")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name=op.f("fk_log_reports_reporter_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_log_reports_answered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_reports")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_log_reports_idempotency_key")),
    )
    op.create_index("ix_log_reports_entry", "log_reports", ["entry_number"])
    op.create_index("ix_log_reports_open", "log_reports", ["id"], postgresql_where=sa.text("answered_at IS NULL"))


def downgrade() -> None:
    op.drop_table("log_reports")

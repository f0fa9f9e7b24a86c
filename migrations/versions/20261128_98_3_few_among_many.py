"""The few arguments of a debate that are hidden or withdrawn, or that changed minds, are found without the others."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_98_3"
down_revision = "20261128_98_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(
        "ix_arguments_unlisted", "arguments", ["debate_id"],
        postgresql_where=sa.text("hidden_by_id IS NOT NULL OR withdrawn_at IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_arguments_credited", "arguments", ["debate_id", sa.text("credit_count DESC"), "id"],
        postgresql_where=sa.text("credit_count > 0"),
    )  # fmt: skip


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_arguments_credited", table_name="arguments")
    op.drop_index("ix_arguments_unlisted", table_name="arguments")

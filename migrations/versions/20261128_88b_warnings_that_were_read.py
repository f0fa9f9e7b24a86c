"""Whoever is warned confirms that they have read it; earlier warnings count as read."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_88b"
down_revision = "20261128_88"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE decisions SET acknowledged_at = made_at WHERE action = 'warn'")
    op.create_index(
        "ix_decisions_warnings",
        "decisions",
        ["concerned_id"],
        postgresql_where=sa.text("action = 'warn' AND acknowledged_at IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_decisions_warnings", "decisions")
    op.drop_column("decisions", "acknowledged_at")

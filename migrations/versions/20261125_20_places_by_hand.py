"""Passages that somebody has placed by hand, and a way to what stands at a place."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_20"
down_revision = "20261125_70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("placements", sa.Column("is_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_placements_place", "placements", ["debate_id", "revision_id", "start", "end"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_placements_place", table_name="placements")
    op.drop_column("placements", "is_by_hand")

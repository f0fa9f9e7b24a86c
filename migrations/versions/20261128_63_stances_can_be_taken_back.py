"""A stance can be taken back: its row and its first value stay, and runs say how many did."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_63"
down_revision = "20261128_62"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("stances", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("standing_runs", sa.Column("withdrawn_stance_count", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("standing_runs", "withdrawn_stance_count")
    op.drop_column("stances", "withdrawn_at")

"""A run says how many votes were cast, and why some of them were not among its input."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_61"
down_revision = "20261128_60"
branch_labels = None
depends_on = None

COLUMNS = ("cast_count", "waiting_count", "discounted_count")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in COLUMNS:
        op.add_column("standing_runs", sa.Column(column, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in reversed(COLUMNS):
        op.drop_column("standing_runs", column)

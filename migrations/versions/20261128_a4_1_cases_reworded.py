"""A case says from which of its versions on the words read as they do: who saw an earlier one is told so."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a4_1"
down_revision = "20261128_a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("cases", sa.Column("reworded_version", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("cases", "reworded_version")

"""A discount keeps which votes it stopped, so that lifting it counts exactly those again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261128_60"
down_revision = "20261128_51"
branch_labels = None
depends_on = None

COLUMNS = ("stopped_votes", "stopped_bearings")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in COLUMNS:
        op.add_column("vote_discounts", sa.Column(column, ARRAY(sa.BigInteger()), server_default="{}", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in reversed(COLUMNS):
        op.drop_column("vote_discounts", column)

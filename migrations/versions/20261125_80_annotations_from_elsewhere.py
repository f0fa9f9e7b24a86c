"""Annotations that were brought in keep the name and the date that they came with."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_80"
down_revision = "20261125_73"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("annotations", sa.Column("source_creator", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("source_created_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("annotations", "source_created_at")
    op.drop_column("annotations", "source_creator")

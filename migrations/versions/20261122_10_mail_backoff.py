"""When a message that could not be sent is due again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_10"
down_revision = "20261122_03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mails",
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("mails", "next_attempt_at")

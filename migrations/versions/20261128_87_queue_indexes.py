"""Whether a moderator has argued in a debate is looked up for each line of the queue."""

from alembic import op

revision = "20261128_87"
down_revision = "20261128_87_remove"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_arguments_has_argued", "arguments", ["author_id", "debate_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_arguments_has_argued", "arguments")

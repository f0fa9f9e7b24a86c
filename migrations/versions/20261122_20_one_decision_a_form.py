"""A decision's form makes one decision, however often it arrives."""

from alembic import op

revision = "20261122_20"
down_revision = "20261122_11"
branch_labels = None
depends_on = None

NAME = "uq_decisions_moderator_id_idempotency_key"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_unique_constraint(NAME, "decisions", ["moderator_id", "idempotency_key"])


def downgrade() -> None:
    op.drop_constraint(NAME, "decisions", type_="unique")

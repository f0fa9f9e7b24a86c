"""Claims of a debate that are alike in their letters, found by index."""

from alembic import op

revision = "20261128_51"
down_revision = "20261128_50"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    op.execute("CREATE INDEX ix_arguments_claim ON arguments USING gin (debate_id, claim gin_trgm_ops)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP INDEX ix_arguments_claim")
    op.execute("DROP EXTENSION btree_gin")

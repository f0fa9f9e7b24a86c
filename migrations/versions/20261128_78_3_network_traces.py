"""From which networks people signed up and in: keyed hashes, kept for thirty days."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_78_3"
down_revision = "20261128_78_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "network_traces",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_network_traces_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "block_hash", name=op.f("pk_network_traces")),
    )
    op.create_index("ix_network_traces_block", "network_traces", ["block_hash", "user_id"])


def downgrade() -> None:
    op.drop_table("network_traces")

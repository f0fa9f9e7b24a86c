"""What is kept of accounts that were erased while a silence or suspension holds, apart from the person."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a7_2"
down_revision = "20261128_a7_1"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "former_accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("kind IN ('silence', 'suspend')", name=op.f("ck_former_accounts_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_accounts")),
        sa.UniqueConstraint("name_hash", name=op.f("uq_former_accounts_name_hash")),
    )
    op.create_table(
        "former_traces",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("former_id", sa.BigInteger(), nullable=False),
        sa.Column("block_hash", sa.LargeBinary(), nullable=True),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("num_nonnulls(block_hash, other_id) = 1", name=op.f("ck_former_traces_one_hint")),
        sa.ForeignKeyConstraint(
            ["former_id"], ["former_accounts.id"], name=op.f("fk_former_traces_former_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["users.id"], name=op.f("fk_former_traces_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_traces")),
    )
    for name in ("former_id", "block_hash", "other_id"):
        op.create_index(op.f(f"ix_former_traces_{name}"), "former_traces", [name])


def downgrade() -> None:
    op.drop_table("former_traces")
    op.drop_table("former_accounts")

"""Invitations to moderate a debate."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_78_4"
down_revision = "20261128_78_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    name = "moderator_invitations"
    op.create_table(
        name,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f(f"fk_{name}_debate_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["users.id"], name=op.f(f"fk_{name}_invited_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_debate_id"), name, ["debate_id"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index(f"uq_{name}_open", name, ["user_id", "debate_id"], unique=True, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_table("moderator_invitations")

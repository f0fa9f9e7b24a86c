"""A reply may say back what it answers, and the author of that may accept it as fair."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_80b"
down_revision = "20261128_80"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("arguments", "argument_revisions"):
        op.add_column(table, sa.Column("steelman", sa.Text(), server_default="", nullable=False))
    op.add_column("arguments", sa.Column("steelman_accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("arguments", sa.Column("steelman_accepted_by_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_arguments_steelman_accepted_by_id"),
        "arguments",
        "users",
        ["steelman_accepted_by_id"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ("steelman_accepted_by_id", "steelman_accepted_at", "steelman"):
        op.drop_column("arguments", column)
    op.drop_column("argument_revisions", "steelman")

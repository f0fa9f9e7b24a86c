"""Each concession is a row, so that one that was taken back leaves its trace."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_62"
down_revision = "20261128_61"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "concessions",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("conceded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_concessions_debate_id_argument_id"),
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_concessions")),
    )
    op.create_index("ix_concessions_argument", "concessions", ["debate_id", "argument_id", "id"])
    op.create_index(
        "uq_concessions_standing",
        "concessions",
        ["debate_id", "argument_id"],
        unique=True,
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )
    op.execute("""
        INSERT INTO concessions (debate_id, argument_id, conceded_at)
        SELECT debate_id, id, conceded_at FROM arguments WHERE conceded_at IS NOT NULL
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("concessions")

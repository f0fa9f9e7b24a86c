"""Changes of a debate are noted as rows of their own, so that writers do not wait for one another at its row."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_60"
down_revision = "20261122_20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "debate_changes",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("vote_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_debate_changes_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_debate_changes")),
    )


def downgrade() -> None:
    op.execute("""
        UPDATE debates SET version = version + changes, vote_count = vote_count + votes
        FROM (
            SELECT debate_id, count(*) AS changes, sum(vote_step) AS votes FROM debate_changes GROUP BY debate_id
        ) seen
        WHERE id = seen.debate_id
    """)
    op.drop_table("debate_changes")

"""Computations of where a debate stands: each with its input, for ever as it was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_72"
down_revision = "20261125_71"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "standing_runs",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("mathematics", sa.BigInteger(), nullable=False),
        sa.Column("debate_version", sa.BigInteger(), nullable=False),
        sa.Column("last_vote_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vote_count", sa.BigInteger(), nullable=False),
        sa.Column("people_count", sa.BigInteger(), nullable=False),
        sa.Column("votes_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_standing_runs_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", "number", name=op.f("pk_standing_runs")),
    )
    op.create_table(
        "standing_looks",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_standing_looks_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", name=op.f("pk_standing_looks")),
    )
    op.execute("""
        CREATE FUNCTION refuse_change_of_run() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a published run stays as it is' USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER standing_runs_unchanged BEFORE UPDATE ON standing_runs
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_run()
    """)


def downgrade() -> None:
    op.drop_table("standing_looks")
    op.drop_table("standing_runs")
    op.execute("DROP FUNCTION refuse_change_of_run()")

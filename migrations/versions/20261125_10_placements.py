"""Where each passage stands in each revision of its essay, and drafts of the next one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_10"
down_revision = "20261122_60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("essay_revisions", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "essay_drafts",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("base_revision_id", sa.BigInteger(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["debate_id", "base_revision_id"],
            ["essay_revisions.debate_id", "essay_revisions.id"],
            name=op.f("fk_essay_drafts_debate_id_base_revision_id"),
        ),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_essay_drafts_debate_id")),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["users.id"], name=op.f("fk_essay_drafts_editor_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", name=op.f("pk_essay_drafts")),
    )
    op.create_table(
        "placements",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "exact", "moved", "fuzzy", "orphan", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Double(), server_default="1", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("paragraph_number", sa.BigInteger(), nullable=True),
        sa.Column("placed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'orphan') = (\"start\" IS NULL)", name=op.f("ck_placements_orphan_has_no_place")),
        sa.CheckConstraint(
            'num_nulls("start", "end", paragraph_number) IN (0, 3) AND "start" >= 0 AND "end" > "start"',
            name=op.f("ck_placements_range"),
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_placements_score")),
        sa.ForeignKeyConstraint(
            ["debate_id", "passage_id"],
            ["passages.debate_id", "passages.id"],
            name=op.f("fk_placements_debate_id_passage_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "revision_id"],
            ["essay_revisions.debate_id", "essay_revisions.id"],
            name=op.f("fk_placements_debate_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["placed_by_id"], ["users.id"], name=op.f("fk_placements_placed_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "revision_id", "passage_id", name=op.f("pk_placements")),
    )
    op.create_index("ix_placements_passage", "placements", ["debate_id", "passage_id", "revision_id"], unique=False)
    op.execute("""
        INSERT INTO placements (debate_id, revision_id, passage_id, state, "start", "end", paragraph_number)
        SELECT debate_id, revision_id, id, 'exact', "start", "end", paragraph_number FROM passages
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("placements")
    op.drop_table("essay_drafts")
    op.drop_column("essay_revisions", "note")

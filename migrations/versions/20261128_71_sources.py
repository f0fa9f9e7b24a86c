"""Sources outside the essay that arguments cite."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_71"
down_revision = "20261128_70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_sources_debate_id")),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_sources")),
        sa.UniqueConstraint("debate_id", "address", name=op.f("uq_sources_debate_id_address")),
    )
    op.create_index("ix_sources_title", "sources", ["debate_id", sa.text("lower(title)"), "id"])
    _make_citations()


def _make_citations() -> None:
    op.create_table(
        "source_citations",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f("fk_source_citations_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(
            ["debate_id", "source_id"],
            ["sources.debate_id", "sources.id"],
            name=op.f("fk_source_citations_debate_id_source_id"),
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_source_citations")),
    )
    for name, columns in (("argument", ["argument_id"]), ("source", ["source_id"])):
        op.create_index(f"ix_source_citations_{name}", "source_citations", ["debate_id", *columns, "id"])
    op.create_index(
        "uq_source_citations_standing",
        "source_citations",
        ["debate_id", "argument_id", "source_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("source_citations")
    op.drop_table("sources")

"""An argument can be used as a reply in further places of its debate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261128_85_links"
down_revision = "20261128_85_merges"
branch_labels = None
depends_on = None

IN_FORCE = sa.text("withdrawn_at IS NULL")
LISTS = ("use_ids", "answer_ids")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    arguments = ["arguments.debate_id", "arguments.id"]
    op.create_table(
        "argument_links",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("relation IN ('support', 'rebut', 'undercut')", name=op.f("ck_argument_links_relation")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_argument_links_two_arguments")),
        *(
            sa.ForeignKeyConstraint(["debate_id", end], arguments, name=op.f(f"fk_argument_links_debate_id_{end}"))
            for end in ("source_id", "target_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_argument_links_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_argument_links")),
    )
    op.create_index(
        "uq_argument_links_once",
        "argument_links",
        ["debate_id", "target_id", "source_id"],
        unique=True,
        postgresql_where=IN_FORCE,
    )
    op.create_index("ix_argument_links_source", "argument_links", ["debate_id", "source_id"], postgresql_where=IN_FORCE)
    for name in LISTS:
        op.add_column("reshapings", sa.Column(name, ARRAY(sa.BigInteger()), server_default="{}", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in LISTS:
        op.drop_column("reshapings", name)
    op.drop_table("argument_links")

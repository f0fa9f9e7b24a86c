"""Moderators' notes on cases, saved views of the queue, and reasons that debates keep; hiding by score is a choice."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_74_2"
down_revision = "20261128_74"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
RULES = "house_rule IN ('civil', 'on_topic', 'honest', 'privacy', 'no_spam', 'law')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _add_notes()
    _add_views()
    _add_reasons()
    op.add_column("debates", sa.Column("hides_by_score", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("debates", "hides_by_score")
    for table in ("canned_reasons", "queue_views", "case_notes"):
        op.drop_table(table)


def _add_notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(32), server_default="note", nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("kind IN ('note', 'assign', 'escalate')", name=op.f("ck_case_notes_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_notes_case_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_case_notes_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["to_id"], ["users.id"], name=op.f("fk_case_notes_to_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index("ix_case_notes_case", "case_notes", ["case_id", "id"])
    op.create_index(op.f("ix_case_notes_author_id"), "case_notes", ["author_id"])
    op.create_index(op.f("ix_case_notes_to_id"), "case_notes", ["to_id"])


def _add_views() -> None:
    op.create_table(
        "queue_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_queue_views_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_queue_views_user_id_name")),
    )


def _add_reasons() -> None:
    op.create_table(
        "canned_reasons",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("house_rule", sa.String(32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(RULES, name=op.f("ck_canned_reasons_house_rule")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_canned_reasons_debate_id")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_canned_reasons_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reasons")),
    )
    op.create_index(
        "ix_canned_reasons_debate", "canned_reasons", ["debate_id", "id"],
        postgresql_where=sa.text("retired_at IS NULL"),
    )  # fmt: skip

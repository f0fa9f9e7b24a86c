"""Words that are watched, and who changed them: that can only grow, as the log does."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_78"
down_revision = "20261128_74_3"
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "watched_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("action IN ('block', 'hold', 'flag')", name=op.f("ck_watched_words_action")),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_watched_words_debate_id")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["users.id"], name=op.f("fk_watched_words_added_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_words")),
        sa.UniqueConstraint(
            "debate_id", "pattern", name=op.f("uq_watched_words_debate_id_pattern"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "watched_word_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("debate_id", sa.BigInteger(), nullable=True),
        sa.Column("moderator_name", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_word_changes")),
    )
    op.create_index("ix_watched_word_changes_debate", "watched_word_changes", ["debate_id", sa.text("id DESC")])
    op.execute("""
        CREATE TRIGGER watched_word_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON watched_word_changes
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("watched_word_changes")
    op.drop_table("watched_words")

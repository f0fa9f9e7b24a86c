"""Moderators merge an argument into another one that says the same, and what they merge can be taken apart again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261128_85_merges"
down_revision = "20261128_85"
branch_labels = None
depends_on = None

BEFORE = (
    "'dismiss', 'hide', 'restore', 'lock', 'unlock', 'silence', 'unsilence', 'suspend', 'unsuspend', "
    "'discount', 'recount', 'move', 'move_back'"
)
LISTS = ("reply_ids", "passage_ids", "source_ids", "credit_ids")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("arguments", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_arguments_debate_id_merged_into_id"),
        "arguments",
        "arguments",
        ["debate_id", "merged_into_id"],
        ["debate_id", "id"],
    )
    op.create_check_constraint(
        op.f("ck_arguments_merged_is_hidden"), "arguments", "merged_into_id IS NULL OR hidden_by_id IS NOT NULL"
    )
    op.create_index(
        "ix_arguments_merged",
        "arguments",
        ["debate_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    for name in LISTS:
        op.add_column("reshapings", sa.Column(name, ARRAY(sa.BigInteger()), server_default="{}", nullable=False))
    _keep_votes()
    _allow_actions(f"{BEFORE}, 'merge', 'unmerge'", is_checked=True)


def downgrade() -> None:
    """Merged arguments stay hidden, by the decision that merged them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow_actions(BEFORE, is_checked=False)
    op.drop_table("merged_votes")
    for name in LISTS:
        op.drop_column("reshapings", name)
    op.drop_index("ix_arguments_merged", "arguments")
    op.drop_column("arguments", "merged_into_id")


def _keep_votes() -> None:
    op.create_table(
        "merged_votes",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN ('agree', 'disagree', 'pass')", name=op.f("ck_merged_votes_value")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_merged_votes_decision_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_merged_votes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("decision_id", "user_id", name=op.f("pk_merged_votes")),
    )


def _allow_actions(actions: str, *, is_checked: bool) -> None:
    """Entries of the log stay for ever, so going back does not look at those that are there."""
    for table in ("decisions", "log_entries"):
        op.drop_constraint(op.f(f"ck_{table}_action"), table, type_="check")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_action CHECK (action IN ({actions})) NOT VALID")
        if is_checked:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_action")

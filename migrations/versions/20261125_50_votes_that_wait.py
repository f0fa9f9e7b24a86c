"""Votes may wait before they count, and moderators may discount those of a ring."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_50"
down_revision = "20261125_12"
branch_labels = None
depends_on = None

OLD_ACTIONS = "'dismiss', 'hide', 'restore', 'lock', 'unlock', 'silence', 'unsilence', 'suspend', 'unsuspend'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("votes", sa.Column("is_counted", sa.Boolean(), server_default="true", nullable=False))
    op.create_index(
        "ix_votes_uncounted", "votes", ["debate_id", "argument_id"], postgresql_where=sa.text("NOT is_counted")
    )
    op.create_table(
        "vote_discounts",
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("voter_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["debate_id"], ["debates.id"], name=op.f("fk_vote_discounts_debate_id")),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["users.id"], name=op.f("fk_vote_discounts_voter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_vote_discounts_author_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_vote_discounts_decision_id")),
        sa.PrimaryKeyConstraint("debate_id", "id", name=op.f("pk_vote_discounts")),
    )
    op.create_index(op.f("ix_vote_discounts_decision_id"), "vote_discounts", ["decision_id"])
    op.create_index(
        "uq_vote_discounts_in_force",
        "vote_discounts",
        ["debate_id", "voter_id", "author_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    _allow_actions(f"{OLD_ACTIONS}, 'discount', 'recount'")


def downgrade() -> None:
    _allow_actions(OLD_ACTIONS)
    op.drop_table("vote_discounts")
    op.drop_index("ix_votes_uncounted", "votes")
    op.drop_column("votes", "is_counted")


def _allow_actions(actions: str) -> None:
    """Entries of the log stay for ever, so going back does not look at those that are there."""
    for table in ("decisions", "log_entries"):
        op.drop_constraint(op.f(f"ck_{table}_action"), table, type_="check")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_action CHECK (action IN ({actions})) NOT VALID")
        if "discount" in actions:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_action")

"""Judgements of a reply's link, claims put off while voting, and credits for arguments that changed a mind."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_51"
down_revision = "20261125_50"
branch_labels = None
depends_on = None

KINDS = "'reply', 'decision', 'flag_outcome'"
COUNTS = ("bears_count", "bears_not_count", "credit_count")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _create("bearings", sa.Column("bears", sa.Boolean(), nullable=False), _counted(), _time("changed_at"))
    op.create_index(
        "ix_bearings_uncounted", "bearings", ["debate_id", "argument_id"], postgresql_where=sa.text("NOT is_counted")
    )
    _create("skips")
    withdrawn = sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True)
    _create("credits", sa.Column("reason", sa.Text(), nullable=False), withdrawn)
    op.create_check_constraint(op.f("ck_credits_reason"), "credits", "char_length(reason) >= 50")
    op.create_index(
        "ix_credits_argument", "credits", ["debate_id", "argument_id", sa.literal_column("created_at DESC")]
    )
    for name in COUNTS:
        op.add_column("arguments", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_arguments_other_counts"), "arguments", f"least({', '.join(COUNTS)}) >= 0")
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({KINDS}, 'credit')")


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE kind = 'credit'")
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({KINDS})")
    op.drop_constraint(op.f("ck_arguments_other_counts"), "arguments", type_="check")
    for name in COUNTS:
        op.drop_column("arguments", name)
    for table in ("credits", "skips", "bearings"):
        op.drop_table(table)


def _create(name: str, *columns: sa.Column) -> None:
    """A table with one row per person and argument."""
    op.create_table(
        name,
        sa.Column("debate_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("argument_id", sa.BigInteger(), nullable=False),
        *columns,
        _time("created_at"),
        sa.ForeignKeyConstraint(
            ["debate_id", "argument_id"],
            ["arguments.debate_id", "arguments.id"],
            name=op.f(f"fk_{name}_debate_id_argument_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f(f"fk_{name}_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("debate_id", "user_id", "argument_id", name=op.f(f"pk_{name}")),
    )


def _time(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _counted() -> sa.Column:
    return sa.Column("is_counted", sa.Boolean(), server_default="true", nullable=False)

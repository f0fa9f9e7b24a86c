"""Moderators split an argument with several claims in two, and put the two together again."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_86_splits"
down_revision = "20261128_76c"
branch_labels = None
depends_on = None

ACTIONS = ("split", "unsplit")
REASONS = ("several",)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("arguments", sa.Column("split_from_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_arguments_debate_id_split_from_id"),
        "arguments",
        "arguments",
        ["debate_id", "split_from_id"],
        ["debate_id", "id"],
    )
    op.create_index(
        "ix_arguments_split",
        "arguments",
        ["debate_id", "split_from_id"],
        postgresql_where=sa.text("split_from_id IS NOT NULL"),
    )
    op.add_column("argument_revisions", sa.Column("decision_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_argument_revisions_decision_id"), "argument_revisions", "decisions", ["decision_id"], ["id"]
    )
    _name_links()
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)
    _change_values("flags", "reason", added=REASONS)


def downgrade() -> None:
    """What was split stays two arguments; judgements of links that splits dissolved go."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE flags SET reason = 'other' WHERE reason = 'several'")
    _change_values("flags", "reason", removed=REASONS)
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)
    op.execute("""
        DELETE FROM set_aside_bearings USING decisions
        WHERE decisions.id = decision_id AND decisions.action IN ('split', 'unsplit')
    """)
    op.drop_constraint(op.f("pk_set_aside_bearings"), "set_aside_bearings", type_="primary")
    op.drop_column("set_aside_bearings", "argument_id")
    op.create_primary_key(op.f("pk_set_aside_bearings"), "set_aside_bearings", ["decision_id", "user_id"])
    op.drop_column("argument_revisions", "decision_id")
    op.drop_index("ix_arguments_split", "arguments")
    op.drop_column("arguments", "split_from_id")


def _name_links() -> None:
    """A split dissolves several links at once; a move only that of its argument."""
    op.add_column("set_aside_bearings", sa.Column("argument_id", sa.BigInteger(), nullable=True))
    op.execute("""
        UPDATE set_aside_bearings SET argument_id = decisions.argument_id
        FROM decisions WHERE decisions.id = decision_id
    """)
    op.alter_column("set_aside_bearings", "argument_id", nullable=False)
    op.drop_constraint(op.f("pk_set_aside_bearings"), "set_aside_bearings", type_="primary")
    op.create_primary_key(
        op.f("pk_set_aside_bearings"), "set_aside_bearings", ["decision_id", "argument_id", "user_id"]
    )


def _change_values(table: str, column: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Beside whatever values the column may have. Entries of the log stay for ever, so going back does not look at
    those that are there."""
    name = f"ck_{table}_{column}"
    definition = op.get_bind().execute(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    values = dict.fromkeys([*re.findall(r"'([a-z_]+)'::", definition.scalar_one()), *added])
    listed = ", ".join(f"'{value}'" for value in values if value not in removed)
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed})) NOT VALID")
    if added:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

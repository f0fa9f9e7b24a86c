"""Moderators remove a single text for good, or ask its author to change it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_87_remove"
down_revision = "20261128_98_3"
branch_labels = None
depends_on = None

ITEMS = ("arguments", "annotations", "credits")
ACTIONS = ("remove", "unremove", "ask_edit", "unask_edit", "accept_edit")
RULES = ("civil", "on_topic", "honest", "privacy", "no_spam", "law")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ITEMS:
        _add_columns(table)
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)
    _change_values("notifications", "kind", added=("edited_as_asked",))


def downgrade() -> None:
    """What was removed stays hidden, by the decision that removed it; requests end."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM notifications WHERE kind = 'edited_as_asked'")
    _change_values("notifications", "kind", removed=("edited_as_asked",))
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)
    for table in ITEMS:
        op.drop_column(table, "edit_asked_id")
        op.drop_column(table, "removed_under")


def _add_columns(table: str) -> None:
    listed = ", ".join(f"'{rule}'" for rule in RULES)
    op.add_column(table, sa.Column("removed_under", sa.String(32), nullable=True))
    op.create_check_constraint(op.f(f"ck_{table}_removed_under"), table, f"removed_under IN ({listed})")
    op.create_check_constraint(
        op.f(f"ck_{table}_removed_is_hidden"), table, "removed_under IS NULL OR hidden_by_id IS NOT NULL"
    )
    op.add_column(table, sa.Column("edit_asked_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{table}_edit_asked_id"), table, "decisions", ["edit_asked_id"], ["id"])
    op.create_index(
        f"ix_{table}_edit_asked", table, ["edit_asked_id"], postgresql_where=sa.text("edit_asked_id IS NOT NULL")
    )


def _change_values(table: str, column: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Beside whatever values the column may have. Rows of the log stay for ever, so going back does not look at those
    that are there."""
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

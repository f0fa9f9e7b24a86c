"""Automatic hiding is switched by a decision, which stands in the log."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_a8_1"
down_revision = "20261128_a7_2"
branch_labels = None
depends_on = None

ACTIONS = ("automatic_hiding", "automatic_hiding_back")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", added=ACTIONS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("decisions", "log_entries"):
        _change_values(table, "action", removed=ACTIONS)


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

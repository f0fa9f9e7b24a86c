"""Decisions in spite of an appeal that overturned what their moderator had decided about the same thing."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_a9_2"
down_revision = "20261128_a9_1"
branch_labels = None
depends_on = None

STAKES = ("overturned",)
TABLES = ("decisions", "moderator_invitations")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        _change_values(table, added=STAKES)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in TABLES:
        _change_values(table, removed=STAKES)


def _change_values(table: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Decisions stay for ever, so going back does not look at those that are there."""
    name = f"ck_{table}_interest"
    definition = op.get_bind().execute(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"), {"name": name}
    )
    values = dict.fromkeys([*re.findall(r"'([a-z_]+)'::", definition.scalar_one()), *added])
    listed = ", ".join(f"'{value}'" for value in values if value not in removed)
    op.drop_constraint(op.f(name), table, type_="check")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (interest IN ({listed})) NOT VALID")
    if added:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")

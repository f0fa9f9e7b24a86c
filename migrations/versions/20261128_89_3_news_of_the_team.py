"""People are told of invitations to moderate, of answers to them, and of moderators who step down."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_89_3"
down_revision = "20261128_89_2"
branch_labels = None
depends_on = None

KINDS = ("invitation", "invitation_accepted", "invitation_declined", "invitation_expired", "stepped_down")

FORGET = sa.text("""
    WITH gone AS (DELETE FROM notifications WHERE kind = ANY(:kinds) RETURNING user_id, read_at)
    UPDATE users SET unread_count = unread_count - unread.count
    FROM (SELECT user_id, count(*) FILTER (WHERE read_at IS NULL) AS count FROM gone GROUP BY user_id) AS unread
    WHERE users.id = unread.user_id
""")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _change_values("notifications", "kind", added=KINDS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.get_bind().execute(FORGET, {"kinds": list(KINDS)})
    _change_values("notifications", "kind", removed=KINDS)


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

"""Proposals keep who turned them down and why; moderators are told of them, and who proposed of their end."""

import re

import sqlalchemy as sa
from alembic import op

revision = "20261128_b0_1"
down_revision = "20261128_a9_2"
branch_labels = None
depends_on = None

KINDS = ("proposal", "proposal_turned_down", "proposal_expired")
CLOSER, TOLD = "fk_proposals_turned_down_by_id", "fk_notifications_proposal_id"

FORGET = sa.text("""
    WITH gone AS (DELETE FROM notifications WHERE kind = ANY(:kinds) RETURNING user_id, read_at)
    UPDATE users SET unread_count = unread_count - unread.count
    FROM (SELECT user_id, count(*) FILTER (WHERE read_at IS NULL) AS count FROM gone GROUP BY user_id) AS unread
    WHERE users.id = unread.user_id
""")


def upgrade() -> None:
    """Who proposed what has expired already is not told any more."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("proposals", sa.Column("turned_down_by_id", sa.BigInteger(), nullable=True))
    op.add_column("proposals", sa.Column("refusal", sa.Text(), nullable=True))
    op.create_foreign_key(op.f(CLOSER), "proposals", "users", ["turned_down_by_id"], ["id"], ondelete="SET NULL")
    op.execute("UPDATE proposals SET closed_at = now() WHERE closed_at IS NULL AND expires_at < now()")
    op.add_column("notifications", sa.Column("proposal_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(TOLD), "notifications", "proposals", ["proposal_id"], ["id"], ondelete="SET NULL")
    op.create_index(
        "ix_notifications_proposal", "notifications", ["proposal_id"],
        postgresql_where=sa.text("proposal_id IS NOT NULL"),
    )  # fmt: skip
    _change_values("notifications", "kind", added=KINDS)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.get_bind().execute(FORGET, {"kinds": list(KINDS)})
    _change_values("notifications", "kind", removed=KINDS)
    op.drop_index("ix_notifications_proposal", "notifications")
    op.drop_column("notifications", "proposal_id")
    for column in ("refusal", "turned_down_by_id"):
        op.drop_column("proposals", column)


def _change_values(table: str, column: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
    """Beside whatever values the column may have."""
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

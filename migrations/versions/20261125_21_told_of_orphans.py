"""People are told when the essay no longer has the words that they wrote about."""

from alembic import op

revision = "20261125_21"
down_revision = "20261125_80"
branch_labels = None
depends_on = None

KINDS = ("reply", "decision", "flag_outcome", "credit", "annotation_reply")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow((*KINDS, "orphan"))


def downgrade() -> None:
    """What was told of orphans goes, and is unread no longer."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE kind = 'orphan' AND read_at IS NULL GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)
    op.execute("DELETE FROM notifications WHERE kind = 'orphan'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({listed})")

"""People are told of replies to their notes and questions."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_71"
down_revision = "20261125_20"
branch_labels = None
depends_on = None

KINDS = ("reply", "decision", "flag_outcome", "credit")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("notifications", sa.Column("annotation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notifications_debate_id_annotation_id"),
        "notifications",
        "annotations",
        ["debate_id", "annotation_id"],
        ["debate_id", "id"],
    )
    _allow((*KINDS, "annotation_reply"))


def downgrade() -> None:
    """What was told of replies to notes goes, and is unread no longer."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE kind = 'annotation_reply' AND read_at IS NULL GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)
    op.execute("DELETE FROM notifications WHERE kind = 'annotation_reply'")
    _allow(KINDS)
    op.drop_column("notifications", "annotation_id")


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({listed})")

"""Votes know which version of an argument they were cast on, and edits are told to those who voted or replied."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_80"
down_revision = "20261128_95"
branch_labels = None
depends_on = None

KINDS = ("reply", "annotation_reply", "decision", "flag_outcome", "orphan", "credit")
NEW_KINDS = ("edit", "concession", "steelman")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("arguments", "argument_revisions", "votes", "bearings"):
        op.add_column(table, sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("arguments", sa.Column("earlier_vote_count", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(op.f("ck_arguments_earlier_votes"), "arguments", "earlier_vote_count >= 0")
    _number_what_was_edited()
    _allow((*KINDS, *NEW_KINDS))


def downgrade() -> None:
    """What was told of the new kinds goes, and is unread no longer."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    listed = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    op.execute(f"""
        UPDATE users SET unread_count = unread_count - told.unread
        FROM (
            SELECT user_id, count(*) AS unread FROM notifications
            WHERE kind IN ({listed}) AND read_at IS NULL GROUP BY user_id
        ) AS told
        WHERE users.id = told.user_id
    """)  # noqa: S608  (names from above)
    op.execute(f"DELETE FROM notifications WHERE kind IN ({listed})")  # noqa: S608
    _allow(KINDS)
    op.drop_constraint(op.f("ck_arguments_earlier_votes"), "arguments", type_="check")
    op.drop_column("arguments", "earlier_vote_count")
    for table in ("arguments", "argument_revisions", "votes", "bearings"):
        op.drop_column(table, "version")


def _number_what_was_edited() -> None:
    """Until now every wording was public, and whoever voted had the newest one of that moment before them."""
    op.execute("UPDATE argument_revisions SET version = number WHERE number > 1")
    op.execute("""
        UPDATE arguments SET version = newest.version
        FROM (
            SELECT debate_id, argument_id, max(version) AS version FROM argument_revisions
            WHERE version > 1 GROUP BY debate_id, argument_id
        ) AS newest
        WHERE arguments.debate_id = newest.debate_id AND arguments.id = newest.argument_id
    """)
    for table in ("votes", "bearings"):
        op.execute(f"""
            UPDATE {table} SET version = seen.version
            FROM (
                SELECT v.debate_id, v.user_id, v.argument_id, max(r.version) AS version
                FROM {table} v JOIN argument_revisions r
                    ON r.debate_id = v.debate_id AND r.argument_id = v.argument_id
                WHERE r.version > 1 AND r.created_at <= v.changed_at GROUP BY v.debate_id, v.user_id, v.argument_id
            ) AS seen
            WHERE {table}.debate_id = seen.debate_id AND {table}.user_id = seen.user_id
              AND {table}.argument_id = seen.argument_id
        """)  # noqa: S608
    op.execute("""
        UPDATE arguments SET earlier_vote_count = earlier.count
        FROM (
            SELECT a.debate_id, a.id, count(*) FROM arguments a
            JOIN votes v ON v.debate_id = a.debate_id AND v.argument_id = a.id
            WHERE v.is_counted AND v.version < a.version GROUP BY a.debate_id, a.id
        ) AS earlier
        WHERE arguments.debate_id = earlier.debate_id AND arguments.id = earlier.id
    """)


def _allow(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_notifications_kind"), "notifications", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_notifications_kind"), "notifications", f"kind IN ({listed})")

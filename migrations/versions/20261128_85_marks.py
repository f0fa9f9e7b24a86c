"""Readers can say that an argument was said already, or stands in the wrong place."""

from alembic import op

revision = "20261128_85_marks"
down_revision = "20261128_85_links"
branch_labels = None
depends_on = None

BEFORE = "'spam', 'abuse', 'illegal', 'off_topic', 'impersonation', 'other'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _allow(f"{BEFORE}, 'duplicate', 'misplaced'")


def downgrade() -> None:
    """Such flags become those for something else; what was said with them stays."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE flags SET reason = 'other' WHERE reason IN ('duplicate', 'misplaced')")
    _allow(BEFORE)


def _allow(reasons: str) -> None:
    op.drop_constraint(op.f("ck_flags_reason"), "flags", type_="check")
    op.create_check_constraint(op.f("ck_flags_reason"), "flags", f"reason IN ({reasons})")

"""An argument that is answered is due itself, so that its standing is not shown as it was before the answer."""

from alembic import op

revision = "20261125_73"
down_revision = "20261125_72"
branch_labels = None
depends_on = None

BEFORE = ("agree_count", "disagree_count", "pass_count", "hidden_by_id", "withdrawn_at", "conceded_at", "author_id")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _mark_after((*BEFORE, "rebut_count", "undercut_count"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _mark_after(BEFORE)


def _mark_after(columns: tuple[str, ...]) -> None:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    op.execute(f"""
        CREATE OR REPLACE TRIGGER arguments_strength_due BEFORE UPDATE OF {", ".join(columns)} ON arguments
        FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION mark_strength_due()
    """)

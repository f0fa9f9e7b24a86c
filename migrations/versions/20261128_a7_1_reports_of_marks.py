"""A quality mark can be reported: the flag keeps which one, and its words."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a7_1"
down_revision = "20261128_a6_1"
branch_labels = None
depends_on = None

OF_CASE = "uq_flags_one_a_person_and_case"
STANDS = "withdrawn_at IS NULL"
KEY = "fk_flags_mark_debate_id_mark_id"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ("mark_debate_id", "mark_id"):
        op.add_column("flags", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("flags", sa.Column("mark_words", sa.Text(), server_default="", nullable=False))
    op.create_foreign_key(op.f(KEY), "flags", "review_marks", ["mark_debate_id", "mark_id"], ["debate_id", "id"])
    _index_flags_of_cases(f"{STANDS} AND mark_id IS NULL")
    op.create_index(
        "uq_flags_one_a_person_and_mark", "flags", ["reporter_id", "case_id", "mark_id"],
        unique=True, postgresql_where=sa.text(f"{STANDS} AND mark_id IS NOT NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Reports of marks are taken back, since a person has one flag a case; their cases keep what was decided."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("UPDATE flags SET withdrawn_at = now() WHERE mark_id IS NOT NULL AND withdrawn_at IS NULL")
    op.drop_index("uq_flags_one_a_person_and_mark", "flags")
    for name in ("mark_words", "mark_id", "mark_debate_id"):
        op.drop_column("flags", name)
    _index_flags_of_cases(STANDS)


def _index_flags_of_cases(where: str) -> None:
    op.execute(f"DROP INDEX IF EXISTS {OF_CASE}")
    op.create_index(OF_CASE, "flags", ["reporter_id", "case_id"], unique=True, postgresql_where=sa.text(where))

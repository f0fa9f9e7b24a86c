"""The indexes of the moderators' queue hold what its filters ask for.

Two conditions that many cases fulfil, but none both, made every open case be read. The index alone now tells.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a0"
down_revision = "20261128_99_c"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
ESCALATED = sa.text("closed_at IS NULL AND escalated_at IS NOT NULL")
ASKED_FOR = (
    "debate_id", "opened_at", "score", "reasons", "escalated_at", "claimed_by_id", "claimed_until", "assigned_to_id",
    "argument_id", "annotation_id", "credit_id", "source_id",
)  # fmt: skip
BY_SCORE = sa.text("(- score)")
INDEXES = {
    "ix_cases_queue": (["opened_at"], OPEN),
    "ix_cases_weightiest": ([BY_SCORE], OPEN),
    "ix_cases_debate_queue": (["debate_id", "opened_at"], OPEN),
    "ix_cases_debate_weightiest": (["debate_id", BY_SCORE], OPEN),
    "ix_cases_escalated": (["opened_at"], ESCALATED),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in INDEXES:
        op.drop_index(name, "cases")
    for name, (columns, where) in (INDEXES | {"ix_cases_escalated_weightiest": ([BY_SCORE], ESCALATED)}).items():
        held = [column for column in ASKED_FOR if column not in columns]
        op.create_index(name, "cases", [*columns, "id"], postgresql_where=where, postgresql_include=held)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_cases_escalated_weightiest", "cases")
    for name, (columns, where) in INDEXES.items():
        op.drop_index(name, "cases")
        op.create_index(name, "cases", [*columns, "id"], postgresql_where=where)

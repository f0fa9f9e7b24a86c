"""Which decisions were made together, so that a mistake with many is undone in one go.

Those made before are found by the keys of their forms: each is the form's with the case's id behind it.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_a1"
down_revision = "20261128_a2_2"
branch_labels = None
depends_on = None

FIND_BATCHES = """
    UPDATE decisions SET batch_id = md5(made.moderator_id || ' ' || made.form_key)::uuid::text
    FROM (
        SELECT id, moderator_id, form_key, count(*) OVER (PARTITION BY moderator_id, form_key) AS size
        FROM (
            SELECT id, moderator_id, left(idempotency_key, - length('-' || case_id)) AS form_key
            FROM decisions
            WHERE moderator_id IS NOT NULL AND idempotency_key LIKE '%-' || case_id
        ) AS keyed
    ) AS made
    WHERE made.id = decisions.id AND made.size > 1
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("decisions", sa.Column("batch_id", sa.Text(), nullable=True))
    op.execute(FIND_BATCHES)
    op.create_index("ix_decisions_batch", "decisions", ["batch_id"], postgresql_where=sa.text("batch_id IS NOT NULL"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index("ix_decisions_batch", table_name="decisions")
    op.drop_column("decisions", "batch_id")

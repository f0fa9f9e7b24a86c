"""What an argument gets of its replies is kept with its strength, so that the number is explained without its thread.

Arguments with replies become due: workers fill the new columns in within moments.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_98_1"
down_revision = "20261128_89_3"
branch_labels = None
depends_on = None

COLUMNS = {"supported": "0", "attacked": "0", "supports_leave": "1", "attacks_leave": "1", "undercuts_leave": "1"}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, nothing in COLUMNS.items():
        op.add_column("arguments", sa.Column(name, sa.Double(), server_default=nothing, nullable=False))
    op.execute("""
        UPDATE arguments SET is_strength_due = true
        WHERE (debate_id, id) IN (SELECT debate_id, parent_id FROM arguments WHERE parent_id IS NOT NULL)
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in COLUMNS:
        op.drop_column("arguments", name)

"""The indexes that each post looks for similar claims in keep no list of entries that wait for being sorted in.

Every search reads that list from end to end, and while many write it is never empty: posting by 32 people at once was
a third slower with it than without.
"""

from alembic import op

revision = "20261128_99_c"
down_revision = "20261128_99_b"
branch_labels = None
depends_on = None

INDEXES = ("ix_arguments_claim", "ix_arguments_search")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for index in INDEXES:
        op.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
        op.execute(f"SELECT gin_clean_pending_list('{index}')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for index in INDEXES:
        op.execute(f"ALTER INDEX {index} RESET (fastupdate)")

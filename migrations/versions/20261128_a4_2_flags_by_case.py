"""One flag a person and case, no longer one a person and item for ever: what was decided on can be flagged anew.

An item has one open case, so of each person one flag of it waits. Going back, the newest of several stays.
"""

from alembic import op

revision = "20261128_a4_2"
down_revision = "20261128_a4_1"
branch_labels = None
depends_on = None

NEW = "uq_flags_one_a_person_and_case"
ITEMS = ("argument", "annotation", "credit", "source", "person")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"CREATE UNIQUE INDEX {NEW} ON flags (reporter_id, case_id) WHERE withdrawn_at IS NULL")
    for item in ITEMS:
        op.execute(f"DROP INDEX uq_flags_one_a_person_and_{item}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        WITH replaced AS (
            UPDATE flags SET withdrawn_at = now() FROM flags newer
            WHERE newer.reporter_id = flags.reporter_id AND newer.id > flags.id
                AND flags.withdrawn_at IS NULL AND newer.withdrawn_at IS NULL
                AND newer.person_id IS NOT DISTINCT FROM flags.person_id
                AND (newer.debate_id, newer.argument_id, newer.annotation_id, newer.credit_id, newer.source_id)
                    IS NOT DISTINCT FROM
                    (flags.debate_id, flags.argument_id, flags.annotation_id, flags.credit_id, flags.source_id)
            RETURNING flags.case_id, flags.weight
        )
        UPDATE cases SET flag_count = flag_count - 1, score = greatest(0, score - weight)
        FROM replaced WHERE replaced.case_id = cases.id
    """)
    for item in ITEMS:
        keys = "person_id" if item == "person" else f"debate_id, {item}_id"
        op.execute(
            f"CREATE UNIQUE INDEX uq_flags_one_a_person_and_{item} ON flags (reporter_id, {keys}) "
            f"WHERE withdrawn_at IS NULL AND {item}_id IS NOT NULL"
        )
    op.execute(f"DROP INDEX {NEW}")

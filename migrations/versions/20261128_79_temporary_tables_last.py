"""The log's functions find the log, and not a temporary table that a session has called like it."""

from alembic import op

revision = "20261128_79"
down_revision = "20261128_78_4"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "canonical_json(jsonb)",
    "guard_log_entry()",
    "redact_log_entries(bigint[], text[], text, text)",
    "seal_log_entry()",
    "seal_log_entry(bigint)",
)


def upgrade() -> None:
    """Unless it is named, the schema of temporary tables is searched first: two of these functions work with their
    owner's rights, and would run the triggers of whatever table a session puts there."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, public, pg_temp")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for function in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, public")

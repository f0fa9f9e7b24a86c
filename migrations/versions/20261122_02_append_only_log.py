"""The log can only grow: a trigger refuses to change or delete its entries."""

from alembic import op

revision = "20261122_02"
down_revision = "20261122_01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER log_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER log_entries_append_only ON log_entries")
    op.execute("DROP FUNCTION refuse_change_of_log()")

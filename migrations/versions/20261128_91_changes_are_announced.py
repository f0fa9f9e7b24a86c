"""A change of a debate is announced with its commit, for those who watch the debate's pages."""

from alembic import op

revision = "20261128_91"
down_revision = "20261128_90"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        CREATE FUNCTION announce_debate_changes() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('debate_changes', debate_id::text) FROM (SELECT DISTINCT debate_id FROM changed) debates;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER debate_changes_announced AFTER INSERT ON debate_changes
        REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION announce_debate_changes()
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER debate_changes_announced ON debate_changes")
    op.execute("DROP FUNCTION announce_debate_changes()")

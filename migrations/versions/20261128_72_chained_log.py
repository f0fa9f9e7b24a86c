"""Entries of the log carry the hash of the one before; words can be taken out of them; heads are kept by day."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_72"
down_revision = "20261128_85_marks"
branch_labels = None
depends_on = None

OLD_ACTIONS = (
    "'dismiss', 'hide', 'restore', 'lock', 'unlock', 'silence', 'unsilence', 'suspend', 'unsuspend', 'discount', "
    "'recount', 'move', 'move_back', 'merge', 'unmerge'"
)
WORDS = ("moderator_salt", "moderator_digest", "explanation_salt", "explanation_digest")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER log_entries_append_only ON log_entries")
    _add_columns()
    for function in (CANONICAL_JSON, SEAL, GUARD, REDACT):
        op.execute(function)
    op.execute("REVOKE EXECUTE ON FUNCTION redact_log_entries FROM PUBLIC")
    op.execute(SEAL_ALL)
    for trigger in TRIGGERS:
        op.execute(trigger)
    _allow_actions(f"{OLD_ACTIONS}, 'redact'")
    op.create_table(
        "log_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_log_heads")),
    )


def downgrade() -> None:
    """Words that were taken out stay out."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("log_heads")
    for name in ("log_entries_sealed", "log_entries_guarded", "log_entries_append_only"):
        op.execute(f"DROP TRIGGER {name} ON log_entries")
    for name in ("redact_log_entries", "seal_log_entry()", "guard_log_entry", "canonical_json"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP FUNCTION seal_log_entry(bigint)")
    op.execute("UPDATE log_entries SET moderator_name = '' WHERE moderator_name IS NULL")
    op.execute("UPDATE log_entries SET explanation = '' WHERE explanation IS NULL")
    op.execute("UPDATE log_entries SET decision_id = 0 WHERE decision_id IS NULL")
    _allow_actions(OLD_ACTIONS)
    for name in ("moderator_name", "explanation", "decision_id"):
        op.alter_column("log_entries", name, nullable=False)
    op.drop_index("ix_log_entries_moderator", "log_entries")
    op.drop_index("ix_log_entries_at", "log_entries")
    op.drop_index("ix_log_entries_debate", "log_entries")
    op.create_index("ix_log_entries_debate", "log_entries", ["debate_id", sa.text("id DESC")])
    for name in ("number", "previous_hash", "hash", *WORDS):
        op.drop_column("log_entries", name)
    op.execute("""
        CREATE TRIGGER log_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """)


def _add_columns() -> None:
    op.add_column("log_entries", sa.Column("number", sa.BigInteger(), nullable=True))
    for name in ("previous_hash", "hash", *WORDS):
        op.add_column("log_entries", sa.Column(name, sa.Text(), nullable=True))
    op.create_unique_constraint(op.f("uq_log_entries_number"), "log_entries", ["number"])
    for name in ("moderator_name", "explanation", "decision_id"):
        op.alter_column("log_entries", name, nullable=True)
    op.drop_index("ix_log_entries_debate", "log_entries")
    op.create_index("ix_log_entries_debate", "log_entries", ["debate_id", sa.text("number DESC")])
    op.create_index("ix_log_entries_moderator", "log_entries", ["moderator_name", sa.text("number DESC")])
    op.create_index("ix_log_entries_at", "log_entries", ["at"])


def _allow_actions(actions: str) -> None:
    """Entries of the log stay for ever, so going back does not look at those that are there."""
    op.drop_constraint(op.f("ck_log_entries_action"), "log_entries", type_="check")
    op.execute(f"ALTER TABLE log_entries ADD CONSTRAINT ck_log_entries_action CHECK (action IN ({actions})) NOT VALID")
    if "redact" in actions:
        op.execute("ALTER TABLE log_entries VALIDATE CONSTRAINT ck_log_entries_action")


# As Python's json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) writes it.
CANONICAL_JSON = """
    CREATE FUNCTION canonical_json(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
    SET search_path = pg_catalog, public AS $$
    BEGIN
        RETURN CASE jsonb_typeof(value)
            WHEN 'object' THEN (
                SELECT '{' || coalesce(string_agg(
                    to_json(key)::text || ':' || canonical_json(member), ',' ORDER BY key COLLATE "C"
                ), '') || '}' FROM jsonb_each(value) AS members (key, member)
            )
            WHEN 'array' THEN (
                SELECT '[' || coalesce(string_agg(canonical_json(member), ',' ORDER BY place), '') || ']'
                FROM jsonb_array_elements(value) WITH ORDINALITY AS members (member, place)
            )
            ELSE value::text
        END;
    END $$
"""

# The lock is taken when a transaction commits, after all others that it needs: nobody waits in a circle, and entries
# are numbered in the order in which they become visible. `number` and the hash before are read after the lock.
SEAL = """
    CREATE FUNCTION seal_log_entry(entry_id bigint) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    DECLARE
        entry log_entries;
        place bigint;
        before text;
        salts text[] := ARRAY[replace(gen_random_uuid()::text, '-', ''), replace(gen_random_uuid()::text, '-', '')];
        digests text[];
        committed jsonb;
    BEGIN
        PERFORM pg_advisory_xact_lock(7263002);
        SELECT number + 1, hash INTO place, before FROM log_entries WHERE number IS NOT NULL
        ORDER BY number DESC LIMIT 1;
        place := coalesce(place, 1);
        before := coalesce(before, repeat('0', 64));
        SELECT * INTO entry FROM log_entries WHERE id = entry_id;
        digests := ARRAY[
            encode(sha256(convert_to(salts[1] || coalesce(entry.moderator_name, ''), 'UTF8')), 'hex'),
            encode(sha256(convert_to(salts[2] || coalesce(entry.explanation, ''), 'UTF8')), 'hex')
        ];
        committed := jsonb_build_object(
            'format', 1, 'number', place, 'previous_hash', before,
            'at', to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'action', entry.action, 'debate_id', entry.debate_id, 'debate_slug', entry.debate_slug,
            'decision_id', entry.decision_id, 'item', entry.item, 'house_rule', entry.house_rule,
            'moderator_digest', digests[1], 'explanation_digest', digests[2]
        );
        UPDATE log_entries SET
            number = place, previous_hash = before,
            moderator_salt = salts[1], moderator_digest = digests[1],
            explanation_salt = salts[2], explanation_digest = digests[2],
            hash = encode(sha256(convert_to(canonical_json(committed), 'UTF8')), 'hex')
        WHERE id = entry_id;
    END $$;
    CREATE FUNCTION seal_log_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM seal_log_entry(NEW.id);
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION seal_log_entry(bigint) FROM PUBLIC;
"""

GUARD = """
    CREATE FUNCTION guard_log_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    DECLARE
        sealing text[] := ARRAY['number', 'previous_hash', 'hash', 'moderator_salt', 'moderator_digest',
                                'explanation_salt', 'explanation_digest'];
        words text[] := ARRAY['moderator_name', 'moderator_salt', 'explanation', 'explanation_salt'];
        is_sealing boolean;
        is_redacting boolean;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF num_nonnulls(NEW.number, NEW.previous_hash, NEW.hash) > 0 THEN
                RAISE EXCEPTION 'the log numbers its entries itself' USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END IF;
        is_sealing := OLD.hash IS NULL AND to_jsonb(NEW) - sealing = to_jsonb(OLD) - sealing;
        is_redacting := current_setting('rejoinder.redacting', true) = 'on'
            AND OLD.hash IS NOT NULL AND to_jsonb(NEW) - words = to_jsonb(OLD) - words
            AND ((NEW.moderator_name IS NULL AND NEW.moderator_salt IS NULL)
                 OR (NEW.moderator_name, NEW.moderator_salt) IS NOT DISTINCT FROM
                    (OLD.moderator_name, OLD.moderator_salt))
            AND ((NEW.explanation IS NULL AND NEW.explanation_salt IS NULL)
                 OR (NEW.explanation, NEW.explanation_salt) IS NOT DISTINCT FROM
                    (OLD.explanation, OLD.explanation_salt));
        IF NOT coalesce(is_sealing OR is_redacting, false) THEN
            RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
"""

# The salt goes with the value: without it nobody can try names until one has the digest.
REDACT = """
    CREATE FUNCTION redact_log_entries(numbers bigint[], fields text[], by_name text, why text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        redacted bigint[];
    BEGIN
        IF NOT fields <@ ARRAY['moderator', 'explanation'] OR cardinality(fields) = 0 THEN
            RAISE EXCEPTION 'only the words of an entry can be taken out' USING ERRCODE = 'restrict_violation';
        END IF;
        PERFORM set_config('rejoinder.redacting', 'on', true);
        WITH changed AS (
            UPDATE log_entries SET
                moderator_name = CASE WHEN 'moderator' = ANY (fields) THEN NULL ELSE moderator_name END,
                moderator_salt = CASE WHEN 'moderator' = ANY (fields) THEN NULL ELSE moderator_salt END,
                explanation = CASE WHEN 'explanation' = ANY (fields) THEN NULL ELSE explanation END,
                explanation_salt = CASE WHEN 'explanation' = ANY (fields) THEN NULL ELSE explanation_salt END
            WHERE number = ANY (numbers) AND hash IS NOT NULL
              AND (('moderator' = ANY (fields) AND moderator_salt IS NOT NULL)
                   OR ('explanation' = ANY (fields) AND explanation_salt IS NOT NULL))
            RETURNING number
        )
        SELECT array_agg(number ORDER BY number) INTO redacted FROM changed;
        PERFORM set_config('rejoinder.redacting', 'off', true);
        IF redacted IS NOT NULL THEN
            INSERT INTO log_entries (moderator_name, action, item, explanation) VALUES (
                by_name, 'redact', jsonb_build_object('kind', 'entries', 'numbers', redacted, 'fields', fields), why
            );
        END IF;
        RETURN coalesce(cardinality(redacted), 0);
    END $$
"""

SEAL_ALL = """
    DO $$
    DECLARE entry_id bigint;
    BEGIN
        FOR entry_id IN SELECT id FROM log_entries ORDER BY id LOOP
            PERFORM seal_log_entry(entry_id);
        END LOOP;
    END $$
"""

TRIGGERS = (
    """
    CREATE TRIGGER log_entries_append_only BEFORE DELETE OR TRUNCATE ON log_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log()
    """,
    """
    CREATE TRIGGER log_entries_guarded BEFORE INSERT OR UPDATE ON log_entries
    FOR EACH ROW EXECUTE FUNCTION guard_log_entry()
    """,
    """
    CREATE CONSTRAINT TRIGGER log_entries_sealed AFTER INSERT ON log_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION seal_log_entry()
    """,
)

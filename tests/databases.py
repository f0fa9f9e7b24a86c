"""Databases for tests: copies of a migrated template, emptied and used again, since a copy takes longer than a test."""

import os
from itertools import count

import psycopg
from sqlalchemy.engine import make_url

from app.embedded_postgres import SUPERUSER

_SEND_OTHERS_AWAY = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# As no triggers and foreign keys look on, the order of the tables does not matter. To empty a large one by DELETE
# would leave its pages, which every later scan would read.
_EMPTY = """
    DO $$
    DECLARE found record;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR found IN
            SELECT oid::regclass AS name, pg_relation_size(oid) > 65536 AS is_large FROM pg_class
            WHERE relkind = 'r' AND relnamespace = ANY (ARRAY['public', 'jobs']::regnamespace[])
                AND relname <> 'alembic_version'
                AND pg_relation_size(oid) > 0
        LOOP
            EXECUTE format(CASE WHEN found.is_large THEN 'TRUNCATE %s CASCADE' ELSE 'DELETE FROM %s' END, found.name);
        END LOOP;
        FOR found IN
            SELECT format('%I.%I', schemaname, sequencename)::regclass AS name, start_value FROM pg_sequences
            WHERE last_value IS NOT NULL
        LOOP
            PERFORM setval(found.name, found.start_value, false);
        END LOOP;
    END $$
"""
_SCHEMA = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(' ', attrelid::regclass, attname, atttypid::regtype, attnotnull, attisdropped) AS line
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = ANY (ARRAY['public', 'jobs']::regnamespace[])
        UNION ALL
        SELECT concat_ws(' ', conrelid::regclass, conname, convalidated, conbin) FROM pg_constraint
        WHERE connamespace = ANY (ARRAY['public', 'jobs']::regnamespace[])
        UNION ALL
        SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT concat_ws(' ', proname, md5(prosrc)) FROM pg_proc
        WHERE pronamespace = ANY (ARRAY['public', 'jobs']::regnamespace[])
        UNION ALL
        SELECT concat_ws(' ', setrole, setconfig) FROM pg_db_role_setting
        JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
        UNION ALL
        SELECT concat_ws(' ', 'version', version_num) FROM alembic_version
    ) lines
"""


class Databases:
    def __init__(self, server_url: str, template: str) -> None:
        self._server = make_url(server_url).set(drivername="postgresql")
        self._template = template
        self._numbers = count(1)
        self._spare: list[str] = []
        with self._connect(template) as connection:
            self._schema = connection.execute(_SCHEMA).fetchone()

    def take(self) -> str:
        if self._spare:
            return self._spare.pop()
        name = f"rejoinder_test_{os.getpid()}_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def give_back(self, name: str) -> None:
        """Kept if it could be emptied and its schema is still the template's."""
        try:
            with self._connect(name, username=SUPERUSER) as connection:
                connection.execute(_SEND_OTHERS_AWAY)
                connection.execute(_EMPTY)
                is_clean = connection.execute(_SCHEMA).fetchone() == self._schema
        except psycopg.Error:
            is_clean = False
        if is_clean:
            self._spare.append(name)
        else:
            # Whatever tidies it at this moment belongs to the superuser, and only that one sends it away.
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", username=SUPERUSER)

    def _administer(self, statement: str, **changes: str) -> None:
        with self._connect("postgres", **changes) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def _connect(self, database: str, **changes: str) -> psycopg.Connection:
        url = self._server.set(database=database, **changes)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

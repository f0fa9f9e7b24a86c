"""Models and migrations say the same; the way up, down and up again leaves no trace."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app import schema

CATALOGUE = """
    SELECT 'column', table_schema, table_name, column_name, data_type, is_nullable, column_default,
           generation_expression
    FROM information_schema.columns WHERE table_schema IN ('public', 'jobs')
    UNION ALL
    SELECT 'constraint', connamespace::regnamespace::text, conrelid::regclass::text, conname,
           pg_get_constraintdef(oid), NULL, NULL, NULL
    FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'jobs')
    UNION ALL
    SELECT 'index', schemaname, tablename, indexname, indexdef, NULL, NULL, NULL
    FROM pg_indexes WHERE schemaname IN ('public', 'jobs')
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), NULL, NULL, NULL, NULL
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', pronamespace::regnamespace::text, proname, md5(prosrc), NULL, NULL, NULL, NULL
    FROM pg_proc WHERE pronamespace::regnamespace::text IN ('public', 'jobs')
    UNION ALL
    SELECT 'table', relnamespace::regnamespace::text, relname, relpersistence::text, NULL, NULL, NULL, NULL
    FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'jobs')
    ORDER BY 1, 2, 3, 4, 5
"""


@pytest.fixture
def catalogue(database_url: str) -> Iterator[psycopg.Connection]:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def test_models_and_migrations_agree(database_url: str) -> None:
    assert schema.is_current(database_url)
    assert schema.differences(database_url) == []


def test_up_down_up_leaves_the_schema_as_it_was(database_url: str, catalogue: psycopg.Connection) -> None:
    before = catalogue.execute(CATALOGUE).fetchall()
    schema.downgrade(database_url, "base")
    left = {row[2] for row in catalogue.execute(CATALOGUE).fetchall()} - {"alembic_version"}
    schema.upgrade(database_url)
    assert left == {"version_num"} or not left
    assert catalogue.execute(CATALOGUE).fetchall() == before


def test_log_refuses_change_and_deletion(catalogue: psycopg.Connection) -> None:
    catalogue.execute(
        "INSERT INTO log_entries (moderator_name, action, decision_id, item, explanation) "
        "VALUES ('m', 'hide', 1, '{}', 'because')"
    )
    for statement in ("UPDATE log_entries SET explanation = ''", "DELETE FROM log_entries", "TRUNCATE log_entries"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            catalogue.execute(statement)

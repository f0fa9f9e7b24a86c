"""The role of the database under which the site serves: it owns nothing, and cannot change or delete the log.

Whoever migrates owns the tables. A fault in the program, or words of SQL that somebody smuggled in, then meet a
database that refuses (docs/OPERATIONS.md says what this protects from, and from what not).
"""

import psycopg
from psycopg import Connection, sql
from sqlalchemy.engine import URL, make_url

LOG_TABLES = ("log_entries", "log_heads")
SCHEMAS = ("public", "jobs")

_GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
)


class CannotGrant(Exception):
    """The owner may not make the role, or give it its rights; the message says what to do."""


def grant_serving_rights(owner_url: str, serving_url: str) -> None:
    """Give the role of the serving address what it needs, after every migration; make it if there is none.

    Nothing happens where both addresses name the same role.
    """
    owner, serving = make_url(owner_url), make_url(serving_url)
    if not serving.username or serving.username == owner.username:
        return
    try:
        with psycopg.connect(_for_driver(owner)) as connection:
            _make_role(connection, serving)
            _grant(connection, serving.username)
    except psycopg.errors.InsufficientPrivilege as error:
        raise CannotGrant(
            f"The role {owner.username} may not give the role {serving.username} its rights: {error}. "
            f"Let {owner.username} own the database and its tables, and make the other role by hand: "
            f"createuser --pwprompt {serving.username}"
        ) from error


def _for_driver(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _make_role(connection: Connection, serving: URL) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [serving.username]).rowcount:
        return
    password = sql.SQL(" PASSWORD {}").format(sql.Literal(serving.password)) if serving.password else sql.SQL("")
    connection.execute(sql.SQL("CREATE ROLE {} LOGIN{}").format(sql.Identifier(str(serving.username)), password))


def _grant(connection: Connection, role: str) -> None:
    name = sql.Identifier(role)
    for schema in SCHEMAS:
        for grant in _GRANTS:
            connection.execute(sql.SQL(grant).format(schema=sql.Identifier(schema), role=name))
    for table in LOG_TABLES:
        connection.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), name))
    _refuse_temporary_tables(connection)
    connection.execute(sql.SQL("REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {}").format(name))
    connection.execute(
        sql.SQL("GRANT EXECUTE ON FUNCTION redact_log_entries(bigint[], text[], text, text) TO {}").format(name)
    )


def _refuse_temporary_tables(connection: Connection) -> None:
    """The site needs none. A temporary table can be called like another one, and so be taken for it by a function."""
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))

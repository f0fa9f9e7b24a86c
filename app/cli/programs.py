"""`rejoinder database`: PostgreSQL's own programs on the site's database, such as pg_dump for backups."""

import os
import signal
import subprocess
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import load_settings, open_database

if TYPE_CHECKING:
    from app.settings import Settings


def database(
    context: typer.Context,
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="pg_dump, pg_restore, psql, …")],
) -> None:
    """Run a program of PostgreSQL on the site's database, with the words that follow its name.

    It finds the database by itself; the built-in server is started if it does not run. For backups see
    docs/OPERATIONS.md.
    """
    from app.cli.failures import Failure
    from app.embedded_programs import installed_programs

    found = installed_programs() / program
    if not found.is_file():
        raise Failure(f"PostgreSQL has no program “{program}”.")
    signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is for the program, which may be psql.
    with open_database(load_settings()) as settings:
        code = subprocess.run([str(found), *context.args], check=False, env=_environment(settings)).returncode
    raise typer.Exit(code)


def _environment(settings: "Settings") -> dict[str, str]:
    """The database's address in the variables that PostgreSQL's programs read: passwords do not stand among words."""
    from psycopg.pq import Conninfo

    url = settings.owner_url.replace("+psycopg", "", 1)
    parts = {
        option.envvar.decode(): option.val.decode()
        for option in Conninfo.parse(url.encode())
        if option.envvar and option.val
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | parts

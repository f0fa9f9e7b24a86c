"""`rejoinder annotations`: a debate's annotations out of the site and in, as JSON-LD of the W3C."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current, served_origin

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.annotations.protocol.importing import Imported
    from app.annotations.protocol.places import Places
    from app.annotations.protocol.problems import Way
    from app.settings import Settings

annotations = typer.Typer(help="Annotations of a debate, as files.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The debate, by the last part of its address.")]
SHORT = 200  # Annotations that go in the time in which one would read a bar.
REASONS_SHOWN = 20


@annotations.command("export")
def export(
    slug: Slug, file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write; what is there is replaced.")]
) -> None:
    """Write all notes, questions and replies into a file. What is hidden or withdrawn is left out."""
    import asyncio

    from app.cli.people import find_debate

    with open_database(load_settings()) as settings:
        require_current(settings)
        debate_id = in_transaction(settings, lambda db: find_debate(db, slug))
        with _bar("Writing", None) as advance:
            count = asyncio.run(_write(settings, debate_id, _places(settings, slug), file, advance))
    typer.echo(f"{count} annotation{'' if count == 1 else 's'} written into {file}.")


async def _write(
    settings: "Settings", debate_id: int, places: "Places", file: Path, advance: Callable[[], object]
) -> int:
    """Beside the file first: what was there stays until all of the new one is."""
    from app.annotations.protocol.export import export_annotations
    from app.db import make_engine

    engine = make_engine(settings.sqlalchemy_url, 1, is_autocommit=True)
    unfinished, count = file.with_name(file.name + ".part"), 0

    def note() -> None:
        nonlocal count
        count += 1
        advance()

    try:
        with unfinished.open("wb") as out:
            async for piece in export_annotations(engine.connect, debate_id, places, note):
                out.write(piece)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
        await engine.dispose()
    return count


@annotations.command("import")
def bring_in(
    slug: Slug,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A collection, a page, a list, or one annotation.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Whose account answers for them; by default a host's.")
    ] = None,
    skip: Annotated[bool, typer.Option("--skip", help="Bring in the others although some cannot be.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Bring in annotations of the essay from a file, each to the words that it quotes; those known already stay alone.

    All or none, unless --skip is given. Who wrote one elsewhere is kept as a name: nobody gets an account.
    """
    items = _read(file)
    with open_database(load_settings()) as settings:
        require_current(settings)
        with _bar("Bringing in", len(items)) as advance:
            imported = _bring_in(settings, slug, by, items, advance, is_trial=dry_run, skip=skip)
    _tell(imported, is_trial=dry_run, skip=skip)


def _read(file: Path) -> "list[tuple[Way, object]]":
    import json

    from app.annotations.protocol.importing import find_items
    from app.annotations.protocol.problems import Problem
    from app.cli.failures import Failure

    try:
        return find_items(json.loads(file.read_bytes()))
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise Failure(f"{file} is no JSON: {error}.") from error
    except Problem as problem:
        raise Failure(f"{file}: {problem.reason}") from problem


def _bring_in(
    settings: "Settings",
    slug: str,
    by: str | None,
    items: "list[tuple[Way, object]]",
    advance: Callable[[], object],
    *,
    is_trial: bool,
    skip: bool,
) -> "Imported":
    from app.annotations.protocol.importing import import_annotations
    from app.cli.people import find_debate

    async def act(db: "AsyncSession") -> "Imported":
        debate_id = await find_debate(db, slug)
        importer_id = await _importer(db, debate_id, by)
        imported = await import_annotations(db, debate_id, importer_id, _places(settings, slug), items, advance)
        if is_trial or (imported.refused and not skip):
            await db.rollback()
            db.info.clear()
        return imported

    return in_transaction(settings, act)


async def _importer(db: "AsyncSession", debate_id: int, name: str | None) -> int:
    """The account that is named, or the host's or an administrator's that is the oldest."""
    from sqlalchemy import or_, select

    from app.cli.failures import Failure
    from app.cli.people import find_user
    from app.models import DebateRole, DebateRoleKind, Role, User

    if name is not None:
        return (await find_user(db, name)).id
    hosts = select(DebateRole.user_id).filter_by(debate_id=debate_id, kind=DebateRoleKind.HOST)
    may = or_(User.id.in_(hosts), User.role == Role.ADMINISTRATOR)
    found = await db.scalar(select(User.id).where(may).order_by(User.id.in_(hosts).desc(), User.id).limit(1))
    if found is None:
        raise Failure("The debate has no host and the site no administrator: say who answers for them with --by NAME.")
    return found


def _places(settings: "Settings", slug: str) -> "Places":
    from app.annotations.protocol.places import Places

    return Places(served_origin(settings), f"/debates/{slug}")


def _tell(imported: "Imported", *, is_trial: bool, skip: bool) -> None:
    from app.cli.failures import Failure

    for refused in imported.refused[:REASONS_SHOWN]:
        typer.echo(f"{refused.name}: {refused.reason}", err=True)
    if len(imported.refused) > REASONS_SHOWN:
        typer.echo(f"… and {len(imported.refused) - REASONS_SHOWN} more.", err=True)
    if imported.refused and not skip:
        raise Failure(f"{len(imported.refused)} cannot be brought in, so none was. --skip brings in the others.")
    would = "would be" if is_trial else "were" if imported.added != 1 else "was"
    typer.echo(f"{imported.added} {would} added, {imported.known} known already, {len(imported.refused)} left out.")


def _bar(words: str, total: int | None) -> "AbstractContextManager[Callable[[], object]]":
    """A bar for those who watch; yields what moves it on."""
    from contextlib import contextmanager

    from rich.console import Console
    from rich.progress import Progress

    @contextmanager
    def show() -> Any:
        console = Console(stderr=True)
        is_short = total is not None and total < SHORT
        with Progress(console=console, transient=True, disable=is_short or not console.is_terminal) as progress:
            task = progress.add_task(words, total=total)
            yield lambda: progress.advance(task)

    return show()

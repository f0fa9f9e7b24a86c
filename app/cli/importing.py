"""`rejoinder import`: debates from other places."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.interchange.polis import Conversation
    from app.interchange.polis_commands import Advance, Imported

imports = typer.Typer(help="Debates from other places.", no_args_is_help=True)
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


@imports.callback()
def _group() -> None:
    """Keeps the word after `import` even while there is only one."""


@imports.command()
def polis(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with comments.csv and votes.csv.")],
    slug: Annotated[
        str | None,
        typer.Option(metavar="SLUG", help="The last part of its address; by default made from its title."),
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help="What the debate is about; by default the topic in summary.csv.")
    ] = None,
) -> None:
    """Load a conversation that was exported from Polis: its statements as arguments, all its votes.

    It is loaded as a whole or not at all. Voters have no accounts and no names here.
    """
    from app.interchange.polis_commands import import_polis
    from app.interchange.polis_files import read_polis

    with _bars() as advance:
        conversation = read_polis(folder, advance)
    title = _title(conversation, title)
    slug = _slug(slug or title)

    with open_database(load_settings()) as settings, _bars(len(conversation.votes)) as advance:
        require_current(settings)

        async def act(db: "AsyncSession") -> "Imported":
            return await import_polis(db, conversation, slug, title, advance)

        done = in_transaction(settings, act)
    hidden = f" ({done.hidden:,} of them hidden, as there)" if done.hidden else ""
    typer.echo(f"“{title}” is loaded: {done.statements:,} statements{hidden}, {done.votes:,} votes by {done.voters:,}.")
    typer.echo(f"Its address ends in /debates/{done.slug}")


def _title(conversation: "Conversation", given: str | None) -> str:
    from app.cli.failures import Failure

    if title := (given or conversation.topic).strip():
        return title
    raise Failure("The export has no summary.csv with a topic. Say what the debate is about with --title.")


def _slug(words: str) -> str:
    from app.cli.failures import Failure

    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-")
    if not SLUG.fullmatch(slug):
        raise Failure("No address can be made from this title. Give one of letters, digits and hyphens with --slug.")
    return slug


@contextmanager
def _bars(total: int | None = None) -> Iterator["Advance"]:
    """A bar for each name that is advanced, where somebody is looking."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {}

        def advance(name: str, done: int) -> None:
            if done % STEP and done != total:
                return
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done)

        yield advance


STEP = 500  # Lines between two looks of the bar.

"""`rejoinder essay`: a new revision of a debate's essay from a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.revisions.outlook import Outlook
    from app.settings import Settings

essay = typer.Typer(help="The essay of a debate.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The debate, by the last part of its address.")]
ORPHANS_SHOWN = 20
WORDS_SHOWN = 60  # Characters of a passage: a line.


@essay.command("revise")
def revise(
    slug: Slug,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The whole essay, in Markdown.")],
    note: Annotated[str, typer.Option(metavar="TEXT", help="What has changed, for readers.")] = "",
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Whose revision it is; by default nobody's.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Publish a new revision of the essay, after saying what it changes and where every passage would stand in it.

    The earlier revisions stay readable with their annotations. Nothing is deleted.
    """
    markdown = _read(file)
    with open_database(load_settings()) as settings:
        require_current(settings)
        outlook = _look_ahead(settings, slug, markdown)
        if outlook.is_unchanged:
            typer.echo(f"The essay of “{slug}” already has this text: nothing has changed.")
            return
        _tell(outlook)
        if dry_run:
            return
        if not yes:
            typer.confirm(f"Publish it as revision {outlook.newest.number + 1}?", abort=True)
        typer.echo(_publish(settings, outlook, markdown, note, by))


def _read(file: Path) -> str:
    from app.cli.failures import Failure
    from app.essays.canonical import parse_essay
    from app.markdown import clean_text

    try:
        markdown = clean_text(file.read_text(encoding="utf-8-sig"))
        parse_essay(markdown)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Failure(f"{file} is not written in UTF-8.") from error
    except ValueError as error:
        raise Failure(f"{file}: {error}") from error
    return markdown


def _look_ahead(settings: "Settings", slug: str, markdown: str) -> "Outlook":
    from sqlalchemy import text

    from app.cli.people import find_debate
    from app.revisions.outlook import look_ahead

    async def act(db: "AsyncSession") -> "Outlook":
        await db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # Of long texts it takes its time.
        return await look_ahead(db, await find_debate(db, slug), markdown, {})

    return in_transaction(settings, act)


def _tell(outlook: "Outlook") -> None:
    from app.cli.tables import show_table
    from app.revisions.paragraph_difference import count_changes

    counts = count_changes(outlook.paragraphs)
    names = {"changed": "changed", "moved": "moved", "added": "new", "removed": "taken out", "same": "unchanged"}
    typer.echo(f"Paragraphs: {', '.join(f'{count} {names[change]}' for change, count in counts.items())}.")
    rows = [(group.state.value, group.new_count, group.earlier_count, group.pointer_count) for group in outlook.groups]
    show_table(("State", "Because of this text", "So before it", "Arguments and notes"), rows)
    _tell_orphans([line.standing.exact for group in outlook.groups for line in group.new_lines if not line.here])


def _tell_orphans(words: Sequence[str]) -> None:
    if not words:
        return
    typer.echo("These words would stand nowhere; a host can place them in the browser, before or after:")
    for exact in words[:ORPHANS_SHOWN]:
        line = " ".join(exact.split())
        typer.echo(f"  “{line if len(line) <= WORDS_SHOWN else line[:WORDS_SHOWN].rstrip() + ' …'}”")
    if len(words) > ORPHANS_SHOWN:
        typer.echo("  …")


def _publish(settings: "Settings", outlook: "Outlook", markdown: str, note: str, by: str | None) -> str:
    from app.cli.failures import Failure
    from app.cli.people import find_user
    from app.errors import Conflict
    from app.markdown import clean_text
    from app.revisions.commands import publish_wording
    from app.revisions.draft_commands import find_newest
    from app.revisions.forms import NOTE_MAX

    if len(note) > NOTE_MAX:
        raise Failure(f"The note has {len(note)} characters; {NOTE_MAX} is the most.")

    async def act(db: "AsyncSession") -> int:
        publisher_id = (await find_user(db, by)).id if by is not None else None
        newest = await find_newest(db, outlook.newest.debate_id)
        if newest.id != outlook.newest.id:
            raise Conflict("Somebody has published a new revision meanwhile.")
        published = await publish_wording(db, newest, markdown, clean_text(note), publisher_id, {})
        return published.revision.number

    try:
        return f"Revision {in_transaction(settings, act)} is published."
    except Conflict as error:
        raise Failure(f"{error.reason} Nothing was changed; look at it again.") from error

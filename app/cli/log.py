"""`rejoinder log`: verify the log, publish its head, take words out of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncSession

    from app.moderation.chain import Break, Walk

log = typer.Typer(help="The log of what moderators did: verify it, take words out of it.", no_args_is_help=True)

BREAKS_SHOWN = 20


@log.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A file from /log.json; without it the database's log.")
    ] = None,
    head: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="A head that you kept, as /log/head shows them. May be repeated."),
    ] = None,
) -> None:
    """Compute every hash of the log once more, and compare with published heads. Exits with 1 at a difference.

    Names the first broken entry and what differs there: its hash, the link to the entry before, a gap, a word, a word
    taken out without an entry that says so, or a published head.
    """
    from app.moderation.chain import Walk

    pinned = dict(map(_read_head, head or []))
    if file is not None:
        walk = Walk(heads=pinned)
        breaks = _verify_file(file, walk)
    else:
        walk, breaks = _verify_database(pinned)
    _report(walk, breaks)


def _read_head(text: str) -> tuple[int, str]:
    from app.cli.failures import Failure

    number, _, hash = text.partition(":")
    if not number.isdecimal() or len(hash) != 64:
        raise Failure(f"“{text}” is no head. Its form is NUMBER:HASH, with a hash of 64 characters.")
    return int(number), hash.lower()


def _verify_file(file: Path, walk: "Walk") -> "list[Break]":
    from app.cli.failures import Failure
    from app.moderation.verification import verify_file

    try:
        document = json.loads(file.read_text())
        return list(verify_file(document, walk))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Failure(f"{file} is no file from /log.json: {error!r}") from error


def _verify_database(pinned: dict[int, str]) -> "tuple[Walk, list[Break]]":
    from sqlalchemy import text

    from app.moderation.chain import Walk
    from app.moderation.chain_queries import count_entries
    from app.moderation.unlike_decisions import find_unlike_decisions
    from app.moderation.verification import find_unlogged, published_heads, verify_log

    with open_database(load_settings()) as settings:
        require_current(settings)

        async def act(db: "AsyncSession") -> "tuple[Walk, list[Break]]":
            await db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            await db.execute(text("SET LOCAL statement_timeout = 0"))
            walk = Walk(heads=await published_heads(db, settings.data) | pinned)
            with _progress(await count_entries(db)) as advance:
                breaks = [found async for found in verify_log(db, walk, advance)]
            return walk, [*breaks, *await find_unlike_decisions(db), *await find_unlogged(db)]

        return in_transaction(settings, act)


@contextmanager
def _progress(total: int) -> "Iterator[Callable[[int], object]]":
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Verifying", total=total)
        yield lambda count: progress.advance(task, count)


def _report(walk: "Walk", breaks: "list[Break]") -> None:
    from app.moderation.chain import describe_break

    if not breaks:
        known = f" {len(walk.heads)} published heads agree." if walk.heads else ""
        typer.echo(f"{walk.count} entries are as they were written.{known}")
        if not walk.is_whole:
            typer.echo("The file is narrowed: each entry was checked, but not that none between them is missing.")
        if walk.is_whole and walk.count:
            typer.echo(f"Head: {walk.last.number}:{walk.last.hash}")
        return
    typer.echo(f"The log is broken. First: {describe_break(breaks[0])}")
    for found in breaks[1:BREAKS_SHOWN]:
        typer.echo(f"  then {describe_break(found)}")
    if len(breaks) > BREAKS_SHOWN:
        typer.echo(f"  and {len(breaks) - BREAKS_SHOWN} more")
    raise typer.Exit(1)


@log.command("head")
def take_head() -> None:
    """Publish today's head now, as the daily job does: on /log/head, and in the file log-heads.jsonl."""
    from app.moderation.heads import publish_head

    with open_database(load_settings()) as settings:
        require_current(settings)
        head = in_transaction(settings, lambda db: publish_head(db, settings.data))
    typer.echo(f"{head.number}:{head.hash}" if head else "The log is empty.")


@log.command()
def redact(
    numbers: Annotated[list[int], typer.Argument(metavar="NUMBER…", help="The entries' numbers.", min=1)],
    why: Annotated[str, typer.Option(help="The reason, which stands in the log.")],
    by: Annotated[str, typer.Option(help="The name under which it stands in the log.")] = "The operator of this site",
    moderator: Annotated[bool, typer.Option("--moderator", help="Also take out the name of who acted.")] = False,
) -> None:
    """Take the explanations of entries, and of their decisions, out for ever: for personal data.

    The chain of hashes stays whole.

    A new entry says which words were taken out, by whom and why.
    """
    from app.moderation.redaction import take_out_words

    fields = ["explanation", *(["moderator"] if moderator else [])]
    with open_database(load_settings()) as settings:
        require_current(settings)
        count = in_transaction(settings, lambda db: take_out_words(db, numbers, fields, by, why))
    typer.echo(f"{count} of {len(numbers)} entries changed; a new entry of the log says so.")

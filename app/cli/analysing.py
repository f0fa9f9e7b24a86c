"""`rejoinder analyse`: opinion groups and what follows from them, on the screen or for another program."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.interchange.analysis import Analysis
    from app.standing.vote_table import VoteTable

    Statements = list[tuple[int, str]]


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def analyse(
    slug: Annotated[str | None, typer.Argument(metavar="SLUG", help="The last part of the debate's address.")] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR_OR_FILE",
            help="Instead of a debate: a Polis export, a CSV file of votes alone, or the published input of a run.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
) -> None:
    """Print opinion groups, what each stands for, what unites all, and what bridges the divide.

    Of a debate these are the votes that count at this moment. Nothing is stored.
    """
    from app.cli.failures import Failure
    from app.interchange.analysis import analyse_votes, to_csv, to_json

    if (slug is None) == (csv is None):
        raise Failure("Name a debate, or files with --csv DIR_OR_FILE, and not both.")
    statements, votes = _read(csv) if csv is not None else _load(slug or "")
    found = analyse_votes(statements, votes)
    if format == Format.JSON:
        typer.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    elif format == Format.CSV:
        typer.echo(to_csv(found), nl=False)
    else:
        _show(found)


def _read(path: Path) -> "tuple[Statements, VoteTable]":
    from app.interchange.analysis import of_conversation
    from app.interchange.polis_files import read_polis, read_vote_file

    return of_conversation(read_vote_file(path) if path.is_file() else read_polis(path))


def _load(slug: str) -> "tuple[Statements, VoteTable]":
    from app.cli.people import find_debate
    from app.interchange.polis_commands import load_claims
    from app.standing.analysis import vote_table
    from app.standing.collecting import collect

    async def act(db: "AsyncSession") -> "tuple[Statements, VoteTable]":
        debate_id = await find_debate(db, slug)
        await db.rollback()  # Votes are collected in a transaction that sees one moment.
        collected = await collect(db, debate_id)
        claims = await load_claims(db, debate_id)
        return [(id, claims[id]) for id in collected.run.statements], vote_table(collected.run)

    with open_database(load_settings()) as settings:
        require_current(settings)
        return in_transaction(settings, act)


def _show(found: "Analysis") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from app.interchange.analysis import to_records

    console = Console(soft_wrap=True)
    groups, stability = found.found, found.stability
    people, votes = found.votes.people, len(found.votes.sign)
    console.print(f"{people:,} people, {votes:,} votes, {len(found.statements):,} statements.")
    if found.representative:
        sizes = ", ".join(f"{number}: {size:,}" for number, size in zip(groups.numbers, groups.sizes, strict=True))
        console.print(f"{len(groups.numbers)} opinion groups (people in {sizes}), stability {stability.score:.2f}.")
    elif stability.is_reliable:
        console.print("Opinion groups are not shown: one has fewer than five people, whom the others would tell.")
    else:
        console.print("No opinion groups that would be found again with other statements: none are shown.")
    section = None
    table: Table | None = None
    for record in to_records(found):
        if (record["section"], record["group"]) != section:
            if table is not None:
                console.print(table)
            section = record["section"], record["group"]
            name = record["section"].capitalize() + (f", group {record['group']}" if record["group"] else "")
            table = Table("No.", "Statement", "Opinion", "Votes", "Score", title=name, title_justify="left", box=None)
        assert table is not None
        of_seen = f"{record['votes']:,} of {record['seen']:,}"
        row = (str(record["statement"]), escape(record["text"]), record["opinion"], of_seen, f"{record['score']:.2f}")
        table.add_row(*row)
    if table is not None:
        console.print(table)

"""Tables in what commands print."""

from collections.abc import Sequence

import typer


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people, or tab-separated lines for programs."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(map(str, row)))
        return
    table = Table(*headings, box=None)
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    console.print(table)

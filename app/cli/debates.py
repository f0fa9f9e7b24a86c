"""`rejoinder debates`: what a host switches in a debate."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

debates = typer.Typer(help="Debates and their switches.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The last part of the debate's address.")]


@debates.command("set")
def set_switches(
    slug: Slug,
    hides_results: Annotated[
        bool,
        typer.Option(
            "--hide-results/--show-results",
            help="Whether people see how votes and stances stand only after they have taken a stance themselves.",
        ),
    ],
) -> None:
    """Switch what a debate shows. Open pages show it from their next load on."""
    from app.cli.people import find_debate
    from app.debates.commands import set_hides_results

    async def act(db: "AsyncSession") -> None:
        await set_hides_results(db, await find_debate(db, slug), hides_results)

    with open_database(load_settings()) as settings:
        require_current(settings)
        in_transaction(settings, act)
    words = "hides its results until a person has taken a stance" if hides_results else "shows its results to everyone"
    typer.echo(f"The debate “{slug}” {words}.")


@debates.command("rings")
def show_rings(slug: Slug) -> None:
    """List votes that look arranged, as moderators see them on the debate's page, however large the debate is.

    Nothing is decided here: a discount is a decision that a moderator makes, with a name and a reason, on that page.
    """
    from sqlalchemy import text

    from app.cli.people import find_debate
    from app.cli.tables import show_table
    from app.moderation.rings.signs import RingReport, load_ring_report

    async def act(db: "AsyncSession") -> RingReport:
        await db.execute(text("SET LOCAL statement_timeout = 0"))
        return await load_ring_report(db, await find_debate(db, slug))

    with open_database(load_settings()) as settings:
        require_current(settings)
        report = in_transaction(settings, act)
    headings = ("For", "Votes of", "Agreements", "Share", "Returned", "Quick", "Decision")
    rows = [
        (pair.author_username, pair.voter_username, pair.agrees, f"{pair.share:.0%}", pair.returned, pair.quick,
         pair.decision_id or "")
        for each in report.suspected for pair in each.pairs
    ]  # fmt: skip
    show_table(headings, rows)
    if not rows:
        typer.echo("Nobody in this debate shows two of the signs.", err=True)

"""`rejoinder standing`: compute where a debate stands, now or once more."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.database import in_transaction, load_settings, open_database, require_current

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from app.settings import Settings

standing = typer.Typer(help="Compute where a debate stands, now or once more.", no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The debate's name in addresses.")]
MOST_DIFFERENCES = 20


@standing.command()
def run(slug: Slug) -> None:
    """Compute opinion groups and all that follows from them, unless too few votes have changed since the last run."""
    import asyncio

    from app.db import make_engine
    from app.standing.changes import FEWEST_CHANGED
    from app.standing.running import FEWEST_PEOPLE, run_debate

    async def act(settings: "Settings", debate_id: int) -> int | None:
        engine = make_engine(settings.sqlalchemy_url, 1)
        try:
            return await run_debate(engine, debate_id)
        finally:
            await engine.dispose()

    with open_database(load_settings()) as settings:
        require_current(settings)
        debate_id = _find(settings, slug)
        number = asyncio.run(act(settings, debate_id))
    if number is None:
        typer.echo(
            f"Nothing new: fewer than {FEWEST_PEOPLE} people voted, or since the last run the votes of fewer than "
            f"{FEWEST_CHANGED} changed, who could be told from the difference."
        )
    else:
        typer.echo(f"Run {number} is on the debate's page.")


@standing.command()
def recompute(
    slug: Slug,
    number: Annotated[int, typer.Option("--run", metavar="N", help="The run's number, from its page.")],
) -> None:
    """Compute a published run once more from its kept input. Says “identical”, or what differs and exits with 1."""
    from app.cli.failures import Failure
    from app.standing.analysis import MATHEMATICS_VERSION, analyse
    from app.standing.run_input import digest, unpack
    from app.standing.runs import find_run

    with open_database(load_settings()) as settings:
        require_current(settings)
        debate_id = _find(settings, slug)

        async def load(db: "AsyncSession") -> Any:
            return await find_run(db, debate_id, number, with_input=True)

        found = in_transaction(settings, load)
    if found is None:
        raise Failure(f"This debate has no run {number}.")
    if found.mathematics != MATHEMATICS_VERSION:
        typer.echo(f"It was computed by version {found.mathematics} of the mathematics; this is {MATHEMATICS_VERSION}.")
    problems = [] if digest(found.input) == found.input_sha256 else ["the input is not what its digest says"]
    problems += list(_differences(found.result, analyse(unpack(found.input)), ""))
    for problem in problems[:MOST_DIFFERENCES]:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("identical")


def _differences(kept: Any, computed: Any, place: str) -> Any:
    """Where two results differ, as lines."""
    if isinstance(kept, dict) and isinstance(computed, dict):
        for name in sorted(kept.keys() | computed.keys()):
            yield from _differences(kept.get(name), computed.get(name), f"{place}.{name}".lstrip("."))
    elif isinstance(kept, list) and isinstance(computed, list) and len(kept) == len(computed):
        for index, (one, other) in enumerate(zip(kept, computed, strict=True)):
            yield from _differences(one, other, f"{place}[{index}]")
    elif kept != computed:
        yield f"{place}: {kept!r} kept, {computed!r} computed"


def _find(settings: "Settings", slug: str) -> int:
    from sqlalchemy import select

    from app.cli.failures import Failure
    from app.models import Debate

    async def act(db: "AsyncSession") -> int | None:
        return (await db.scalars(select(Debate.id).where(Debate.slug == slug))).one_or_none()

    debate_id = in_transaction(settings, act)
    if debate_id is None:
        raise Failure(f"There is no debate “{slug}”.")
    return debate_id

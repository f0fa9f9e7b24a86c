"""Load a seed folder, with a bar that shows how far it is."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.database import in_transaction
from app.cli.failures import Failure
from app.interchange.commands import LoadedDebate, load_seed
from app.interchange.seed import SeedDebate
from app.interchange.seed_files import read_seed
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

SEEDS = Path(__file__).parents[2] / "seeds"
SHORT = 200  # Arguments that load in the time in which one would read a bar.


def read(folder: Path) -> SeedDebate:
    return read_seed(folder.resolve())


def load(settings: Settings, seed: SeedDebate) -> None:
    """Load it and say what changed."""
    from rich.console import Console
    from rich.progress import Progress

    total = len(seed.arguments)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=total < SHORT or not console.is_terminal) as progress:
        task = progress.add_task("Arguments", total=total)

        async def act(db: "AsyncSession") -> LoadedDebate:
            return await load_seed(db, seed, lambda: progress.advance(task))

        loaded = in_transaction(settings, act)
    typer.echo(describe(loaded, seed))


def first_seed() -> Path:
    """Of those that come with the program, the first by name."""
    return min(path.parent for path in SEEDS.glob("*/debate.yaml"))


def load_demo(settings: Settings, seed: SeedDebate) -> None:
    from app.demo.commands import NotEmpty, fill_demo

    try:
        is_new = in_transaction(settings, lambda db: fill_demo(db, seed))
    except NotEmpty as error:
        problem = "People have accounts on this site. A demonstration needs a data folder of its own: REJOINDER_DATA"
        raise Failure(problem) from error
    typer.echo("Simulated participants have joined the debate." if is_new else "The demonstration is as it was left.")


def describe(loaded: LoadedDebate, seed: SeedDebate) -> str:
    if loaded.is_unchanged:
        return f"“{seed.title}” is loaded and unchanged."
    if loaded.is_new:
        return f"“{seed.title}” is loaded: {len(seed.positions)} positions, {_arguments(loaded.added)}."
    changes = [
        f"{_arguments(count)} {done}"
        for count, done in ((loaded.added, "added"), (loaded.changed, "worded anew"), (loaded.dropped, "dropped"))
        if count
    ]
    own = ["its own words"] if loaded.has_new_words else []
    return f"“{seed.title}” is brought up to date: {', '.join(changes + own)}."


def _arguments(count: int) -> str:
    return f"{count} argument{'' if count == 1 else 's'}"

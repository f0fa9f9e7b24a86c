"""`rejoinder serve` and `rejoinder worker`."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all of them.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help="Port to listen on.")] = 8000,
    migrate: Annotated[
        bool, typer.Option("--migrate", help="First bring the database up to date; the built-in one always is.")
    ] = False,
    seed: Annotated[
        Path | None, typer.Option(metavar="DIR", help="First load the debate in this folder (docs/SEEDS.md).")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="First fill the site with a debate of simulated participants.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
) -> None:
    """Serve the site until Ctrl-C.

    Without REJOINDER_DATABASE_URL this starts a PostgreSQL of its own in the data folder (REJOINDER_DATA) and stops it
    at the end. While the site has no administrator, a link to become one is printed.
    """
    from app.cli import serving

    serving.run(serving.Options(host, port, migrate, seed, demo, workers))


def worker() -> None:
    """Work off jobs (mail, strengths, opinion groups) until Ctrl-C, beside servers with REJOINDER_RUN_JOBS=false."""
    from app.cli.database import load_settings, open_database, require_current
    from app.duties import DUTIES
    from app.jobs import run_worker
    from app.logs import set_up_logs

    set_up_logs()
    try:
        with open_database(load_settings()) as settings:
            require_current(settings)
            run_worker(settings, DUTIES)
    except KeyboardInterrupt:
        return

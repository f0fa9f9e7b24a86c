"""The command `rejoinder`: serve the site, and what a host needs besides."""

import signal
import sys

import typer

from app.cli import analysing, annotations, debates, essay, importing, log, people, programs, serve, standing, upkeep

app = typer.Typer(
    name="rejoinder",
    help="Turn an essay into a structured debate. Settings come from variables that begin with REJOINDER_, or from a "
    "file .env; docs/OPERATIONS.md explains them all.",
    no_args_is_help=True,
    rich_markup_mode="markdown",  # Paragraphs flow; the other modes keep the line ends of docstrings.
    pretty_exceptions_enable=False,  # These print local variables, and with them passwords.
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(upkeep.migrate)
app.command()(upkeep.seed)
app.add_typer(importing.imports, name="import")
app.command()(analysing.analyse)
app.add_typer(people.users, name="users")
app.add_typer(debates.debates, name="debates")
app.add_typer(essay.essay, name="essay")
app.add_typer(annotations.annotations, name="annotations")
app.add_typer(standing.standing, name="standing")
app.add_typer(log.log, name="log")
app.command()(upkeep.doctor)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(programs.database)
app.command()(upkeep.version)


def main() -> None:
    """Run the command. What a host can mend is said in a sentence, with exit code 1; wrong usage has exit code 2."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # As `nohup` asks.
            signal.signal(number, _interrupt)
    try:
        app()
    except Exception as error:
        from app.cli.failures import explain

        words = explain(error)
        if words is None:
            raise
        typer.echo(f"rejoinder: {words}", err=True)
        sys.exit(1)


def _interrupt(number: int, frame: object) -> None:
    """End like Ctrl-C, which leaves through all the doors: the built-in PostgreSQL is stopped in order."""
    if number == signal.SIGHUP:
        signal.raise_signal(signal.SIGTERM)  # A running server listens for this one.
    else:
        raise KeyboardInterrupt

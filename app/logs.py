"""The program's log: one line of JSON for each event on standard error, or readable lines on a terminal."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

# These say nothing at level INFO that ours do not say, or repeat what people typed.
QUIET = {"uvicorn.access": logging.CRITICAL, "httpx": logging.WARNING, "procrastinate": logging.WARNING}


def set_up_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send structlog, the standard library's loggers and uvicorn's into one stream (standard error) in one form.

    Start uvicorn with `log_config=None`, or it puts its own handlers back.
    """
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=_renderers(stream.isatty()))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    _route_to_root()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # Loggers of modules are made before this runs.
    )


def _renderers(is_terminal: bool) -> list[Processor]:
    """Tracebacks are plain in both forms: richer ones print local variables, and with them passwords."""
    first = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _drop_colours]
    if is_terminal:
        return [*first, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [*first, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _drop_colours(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """uvicorn hands each message over a second time, with terminal codes in it."""
    event.pop("color_message", None)
    return event


def _route_to_root() -> None:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)

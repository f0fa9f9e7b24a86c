"""The program's log: one line of JSON for each event on standard error, or readable lines on a terminal."""

import json
import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

# These say nothing at level INFO that ours do not say, or repeat what people typed.
QUIET = {
    "uvicorn.access": logging.CRITICAL,
    "alembic": logging.WARNING,
    "httpx": logging.WARNING,
    "procrastinate": logging.WARNING,
}


def set_up_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send structlog, the standard library's loggers and uvicorn's into one stream (standard error) in one form.

    Start uvicorn with `log_config=None`, or it puts its own handlers back.
    """
    stream = stream or sys.stderr
    _route_libraries(stream, level)
    structlog.configure(  # Straight into the stream: a line by way of the standard library costs three times as much.
        processors=[*SHARED, *_renderers(stream.isatty())],
        logger_factory=structlog.WriteLoggerFactory(stream),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,  # Loggers of modules are made before this runs.
    )


def _route_libraries(stream: TextIO, level: int) -> None:
    """One handler, on the root logger, in our form; uvicorn's loggers pass their events on to it."""
    chain: list[Processor] = [structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), _drop_colours, *SHARED]
    renderers = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(stream.isatty())]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=chain, processors=renderers))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    for name, quiet_level in QUIET.items():
        logging.getLogger(name).setLevel(quiet_level)


def _renderers(is_terminal: bool) -> list[Processor]:
    """Tracebacks are plain in both forms: richer ones print local variables, and with them passwords."""
    if is_terminal:
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_as_json)]


# One for all lines: with settings of its own, json.dumps would make an encoder for each.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=repr)


def _as_json(event: EventDict, **_: object) -> str:
    return _ENCODER.encode(event)


def _drop_colours(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """uvicorn hands each message over a second time, with terminal codes in it."""
    event.pop("color_message", None)
    return event

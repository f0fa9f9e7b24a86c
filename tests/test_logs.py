"""One stream, one form, nothing secret."""

import io
import json
import logging

import pytest
import structlog

from app.logs import set_up_logs


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def logs_as_before():
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.access")
    before = (root.handlers, root.level, uvicorn.level)
    yield
    root.handlers, root.level, uvicorn.level = before
    structlog.reset_defaults()


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_event_is_one_line_of_json():
    stream = io.StringIO()
    set_up_logs(stream)
    structlog.get_logger("app.votes").info("voted", text="two\nlines")
    (event,) = lines(stream)
    assert event["event"] == "voted"
    assert event["text"] == "two\nlines"
    assert event["level"] == "info"
    assert event["timestamp"].endswith("Z")


def test_loggers_made_before_the_set_up_write_in_its_form_too():
    logger, stream = structlog.get_logger("app.early"), io.StringIO()
    set_up_logs(stream)
    logger.info("hello")
    assert lines(stream)[0]["event"] == "hello"


def test_uvicorn_and_other_libraries_write_into_the_same_stream():
    stream = io.StringIO()
    set_up_logs(stream)
    logging.getLogger("uvicorn.error").info("Started %s", 7, extra={"color_message": "coloured"})
    logging.getLogger("uvicorn.access").info("127.0.0.1 GET /people/someone?q=secret")
    (event,) = lines(stream)
    assert event["event"] == "Started 7"
    assert event["logger"] == "uvicorn.error"
    assert "color_message" not in event


def test_a_level_from_before_the_set_up_silences_no_library():
    logger, stream = logging.getLogger("uvicorn.error"), io.StringIO()
    logger.setLevel(logging.WARNING)
    set_up_logs(stream)
    logger.info("hello")
    assert lines(stream)[0]["event"] == "hello"


def test_the_request_id_is_on_every_line_of_the_request():
    stream = io.StringIO()
    set_up_logs(stream)
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("app").info("one")
        logging.getLogger("library").warning("two")
    assert [event["request_id"] for event in lines(stream)] == ["abc", "abc"]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_tracebacks_show_no_local_variables(stream):
    set_up_logs(stream)
    password = "correct horse".upper()
    try:
        int(password[:0])
    except ValueError:
        structlog.get_logger("app").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert "CORRECT HORSE" not in stream.getvalue()


def test_a_terminal_gets_readable_lines():
    stream = Terminal()
    set_up_logs(stream)
    structlog.get_logger("app").info("hello")
    assert "hello" in stream.getvalue()
    assert not stream.getvalue().startswith("{")

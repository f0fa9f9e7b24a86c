"""The sentences beside fields."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from app.forms import Form, FormState, Prose, parse_form


class NoteForm(Form):
    note: Annotated[Prose, Field(min_length=3, max_length=10)]


async def _errors(body: bytes) -> FormState:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    form, state = await parse_form(request, NoteForm)
    assert form is None
    return state


async def test_long_text_is_counted_as_it_would_be_kept() -> None:
    state = await _errors(b"note=" + b"a%0D%0A" * 6 + b"%20")
    assert state.error("note") == "At most 10 characters fit here; this has 11."
    assert state.value("note") == "a\r\n" * 6 + " "


async def test_short_text_is_told_how_much_is_needed() -> None:
    state = await _errors(b"note=a+++")
    assert state.error("note") == "Please write at least 3 characters."


async def test_missing_text_is_named() -> None:
    state = await _errors(b"")
    assert state.error("note") == "This is needed."

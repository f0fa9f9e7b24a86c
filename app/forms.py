"""Forms: what was sent, read into a model, or given back with a sentence beside each field that needs mending."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time_ns
from typing import Annotated, TypeVar
from uuid import UUID, uuid4

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, QueryParams

from app.markdown import clean_line, clean_text

MAX_FIELDS = 60  # No form of ours has more; a flood of fields costs time before anyone looks at it.

Line = Annotated[str, AfterValidator(clean_line)]
Prose = Annotated[str, AfterValidator(clean_text)]
# Sent along by a form that creates something: the same key gives the same row, however often it arrives.
IdempotencyKey = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]


class Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass
class FormState:
    """A form as the page shows it: what is in its fields, and what is wrong with them."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        return self.errors.get(name, "")


F = TypeVar("F", bound=Form)


def blank_form(**values: str) -> FormState:
    """A form that has not been sent, with a fresh key for what it will create."""
    return FormState({"idempotency_key": _make_key(), **values})


def with_fresh_key(state: FormState) -> FormState:
    """The same form, for creating something else than what its key has created, or could not."""
    return FormState({**state.values, "idempotency_key": _make_key()}, state.errors)


def _make_key() -> str:
    """A UUID of version 7: chance, with the moment at which the form was shown in front."""
    moment, chance = time_ns() // 1_000_000, uuid4().int & ((1 << 80) - 1)
    return str(UUID(int=(moment << 80 | chance) & ~(0xF << 76) | 7 << 76))


async def parse_form(
    request: Request, kind: type[F], left_empty: Mapping[str, str] | None = None
) -> tuple[F | None, FormState]:
    """The form, or nothing when a field is wrong; either way its state, to show it again with the text kept.

    `left_empty`: what stands for fields that were sent empty.
    """
    data = await request.form(max_files=0, max_fields=MAX_FIELDS)
    return _parse({**(left_empty or {}), **_as_sent(data)}, kind)


def parse_query(request: Request, kind: type[F]) -> tuple[F | None, FormState]:
    """The same of a form that only asks for a page."""
    return _parse(_as_sent(request.query_params), kind)


def read_values(kind: type[F], sent: Mapping[str, str | list[str]]) -> tuple[F | None, dict[str, str]]:
    """The form, or nothing and a sentence for each field that is wrong."""
    errors: dict[str, str] = {}
    try:
        return kind.model_validate(sent), errors
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            errors.setdefault(str(problem["loc"][0]) if problem["loc"] else "form", _sentence(problem))
        return None, errors


def _parse(sent: Mapping[str, str | list[str]], kind: type[F]) -> tuple[F | None, FormState]:
    form, errors = read_values(kind, sent)
    values = {name: value if isinstance(value, str) else value[-1] for name, value in sent.items()}
    return form, FormState(values, errors)


def _as_sent(data: FormData | QueryParams) -> dict[str, str | list[str]]:
    """Fields by name; one that was sent several times is a list. Empty fields count as not sent, so defaults apply."""
    sent: dict[str, str | list[str]] = {}
    for name in data:
        values = [value for value in data.getlist(name) if isinstance(value, str)]
        if values != [""]:
            sent[name] = values[0] if len(values) == 1 else values
    return sent


def _sentence(problem: ErrorDetails) -> str:
    """What is wrong, for a person."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return "This is needed."
        case "string_too_short" | "too_short" if isinstance(problem["input"], str):
            return f"Please write at least {context['min_length']} characters."
        case "string_too_long" | "too_long" if isinstance(problem["input"], str):
            length = context.get("actual_length", len(problem["input"]))  # Of the text as it would be kept.
            return f"At most {context['max_length']:,} characters fit here; this has {length:,}."
        case "enum" | "literal_error":
            return "Choose one of these."
        case "value_error":
            return str(context["error"])
        case "too_long":
            return f"At most {context['max_length']} of these fit here."
        case _:
            return "This cannot be read. Please check it."

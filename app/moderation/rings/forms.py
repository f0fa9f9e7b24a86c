"""Whose votes on whose arguments are meant, and the decision to discount them."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from app.forms import Form, IdempotencyKey, Line
from app.models import HouseRule
from app.moderation.forms import Explanation, Law, explain, name_law

MOST_VOTERS = 50  # Whoever decides has to have looked at each of them.
LONGEST_NAME = 100  # Usernames are shorter; this keeps what is echoed small.


def split_names(sent: str | list[str]) -> list[str]:
    """Names from boxes that are ticked and from a line in which they are typed; each once."""
    return list({name.lower(): name for name in _names(sent)}.values())


def _names(sent: str | list[str]) -> Iterator[str]:
    for each in [sent] if isinstance(sent, str) else sent:
        yield from (name.removeprefix("@") for name in each.replace(",", " ").split())


class RingForm(Form):
    author: Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME)]
    voter: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_NAME)]],
        BeforeValidator(split_names), Field(min_length=1, max_length=MOST_VOTERS),
    ]  # fmt: skip

    @field_validator("author")
    @classmethod
    def without_sign(cls, author: str) -> str:
        return author.removeprefix("@")


class DiscountForm(Form):
    """The decision, with the version of the votes that the moderator saw."""

    version: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    house_rule: HouseRule
    law: Law = ""
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)

"""What an appeal and its answer are made of."""

from typing import Annotated

from pydantic import Field, field_validator

from app.forms import Form, IdempotencyKey, Prose
from app.models import AppealOutcome
from app.moderation.forms import Explanation, explain
from app.targets import LARGEST_ID

WORDS_LIMIT = 5_000  # A moderator reads it beside the item: enough for a case, too little for a brief.
WORDS_LEAST = 20  # As for explanations: shorter than that, nobody learns from it what is wrong.


class AppealForm(Form):
    words: Annotated[Prose, Field(max_length=WORDS_LIMIT, validate_default=True)] = ""

    @field_validator("words")
    @classmethod
    def say_why(cls, words: str) -> str:
        if len(words) < WORDS_LEAST:
            raise ValueError(f"Please say in at least {WORDS_LEAST} characters why the decision is wrong.")
        return words


class AnswerForm(Form):
    """With the version of the appeal that the moderator saw."""

    version: Annotated[int, Field(ge=0, le=LARGEST_ID)]
    outcome: AppealOutcome
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _explained = field_validator("explanation")(explain)

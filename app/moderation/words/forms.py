"""What moderators send about watched words."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from app.forms import Form, IdempotencyKey, Line, Prose
from app.models import WatchAction
from app.moderation.forms import EXPLANATION_LEAST, Explanation, Version
from app.prevention.watched_words import Watched, clean_pattern, find_watched

LONGEST_TEST = 10_000  # As long as the longest grounds.
WHY = f"Please say why in at least {EXPLANATION_LEAST} characters: everyone who reads the public log sees it."
GIVES_AWAY = "The public log will show this, and would give the word away: please say it without the word."

Pattern = Annotated[Line, Field(min_length=1, max_length=200), AfterValidator(clean_pattern)]


def say_why(explanation: str) -> str:
    if len(explanation) < EXPLANATION_LEAST:
        raise ValueError(WHY)
    return explanation


def gives_away(explanation: str, pattern: str) -> bool:
    """Whether the reason, which is public, has the word that it is about."""
    return bool(find_watched([explanation], [Watched(pattern, WatchAction.BLOCK)]))


class WordForm(Form):
    version: Version  # Of the words that are watched there.
    pattern: Pattern
    action: WatchAction
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    @field_validator("explanation")
    @classmethod
    def explain_without_the_word(cls, explanation: str, info: ValidationInfo) -> str:
        if (pattern := info.data.get("pattern")) and gives_away(explanation, pattern):
            raise ValueError(GIVES_AWAY)
        return say_why(explanation)


class RemovalForm(Form):
    version: Version  # Of this word.
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _explained = field_validator("explanation")(say_why)


class TryForm(Form):
    text: Annotated[Prose, Field(min_length=1, max_length=LONGEST_TEST)]

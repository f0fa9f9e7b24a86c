"""What moderators send about watched words."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.forms import Form, Line, Prose
from app.models import WatchAction
from app.prevention.watched_words import clean_pattern

LONGEST_TEST = 10_000  # As long as the longest grounds.

Pattern = Annotated[Line, Field(min_length=1, max_length=200), AfterValidator(clean_pattern)]


class WordForm(Form):
    pattern: Pattern
    action: WatchAction


class TryForm(Form):
    text: Annotated[Prose, Field(min_length=1, max_length=LONGEST_TEST)]


class FirstPostsForm(Form):
    holds: bool = False

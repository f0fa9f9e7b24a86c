"""What people send who write arguments."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.arguments.limits import (
    CLAIM_MAX,
    CLAIM_MIN,
    GROUNDS_MAX,
    GROUNDS_MIN,
    QUOTE_MAX,
    SOURCE_ADDRESS_MAX,
    SOURCE_TITLE_MAX,
    SOURCE_TITLE_MIN,
    STEELMAN_MAX,
    STEELMAN_MIN,
)
from app.essays.sentences import split_sentences
from app.forms import Form, IdempotencyKey, Line, Prose
from app.models import Relation
from app.models.argument import ATTACKS
from app.targets import LARGEST_ID

LEAST_LETTERS = 3  # Signs, emoji and invisible characters alone can be neither true nor false.


def in_words(text: str) -> str:
    if sum(map(str.isalnum, text)) < LEAST_LETTERS:
        raise ValueError("Please say it in words.")
    return text


def in_one_sentence(claim: str) -> str:
    """Several claims in one cannot be voted on or answered apart."""
    count = len(split_sentences(claim))
    if count > 1:
        raise ValueError(
            f"This has {count} sentences: keep the one that is your claim, and put the rest into the grounds."
        )
    return claim


Claim = Annotated[
    Line,
    Field(min_length=CLAIM_MIN, max_length=CLAIM_MAX),
    AfterValidator(in_words),
    AfterValidator(in_one_sentence),
]
Steelman = Annotated[Line, Field(min_length=STEELMAN_MIN, max_length=STEELMAN_MAX), AfterValidator(in_words)]
Grounds = Annotated[Prose, Field(min_length=GROUNDS_MIN, max_length=GROUNDS_MAX), AfterValidator(in_words)]


class WordingForm(Form):
    act: Literal["post", "preview"] = "post"
    claim: Claim
    grounds: Grounds


class SourceForm(Form):
    """A source outside the essay: a new one, or one of the debate's by its title or address."""

    source_title: Annotated[Line, Field(min_length=SOURCE_TITLE_MIN, max_length=SOURCE_TITLE_MAX)] = ""
    source_address: Annotated[Line, Field(max_length=SOURCE_ADDRESS_MAX)] = ""
    source_words: Annotated[Prose, Field(max_length=QUOTE_MAX)] = ""


class ArgumentForm(WordingForm, SourceForm):
    """A first-level argument: `position` is the key of the one that it speaks for."""

    position: str
    quote: Annotated[Prose, Field(max_length=QUOTE_MAX)] = ""
    place: Annotated[int | None, Field(ge=0, le=LARGEST_ID)] = None  # Which of several places the quote stands at.
    passage: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None
    idempotency_key: IdempotencyKey
    seen: Annotated[str, Field(max_length=200)] = ""  # Ids of the similar arguments that the form has shown.

    @property
    def said_back(self) -> str:
        return ""


class ReplyForm(ArgumentForm):
    """A reply says nothing of its position where there are only two."""

    relation: Relation
    answers: Annotated[str, Field(max_length=40)] = ""  # What it answers, as it was when the form was shown.
    position: str = ""
    steelman: Steelman = ""

    @property
    def said_back(self) -> str:
        """Only what attacks an argument says it back: who supports it has no need to."""
        return self.steelman if self.relation in ATTACKS else ""


class ConcedeForm(Form):
    reply: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None  # The one that convinced.


class UseForm(Form):
    """An argument of this debate as a reply in a further place."""

    argument: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    relation: Relation


class EditForm(WordingForm):
    steelman: Steelman = ""
    is_free: Literal["", "yes"] = ""  # Whether its author was told that nobody will be.
    revision: Annotated[int, Field(ge=1, le=LARGEST_ID)]  # The one that its author saw.

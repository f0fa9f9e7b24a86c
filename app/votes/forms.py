"""What the buttons of votes and stances send."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from app.arguments.forms import in_words
from app.forms import Form, Prose
from app.models import VoteValue
from app.votes.limits import CREDIT_MAX, CREDIT_MIN


class VoteForm(Form):
    """A vote on the claim, or whether a reply bears on the point: one button was pressed. “none” takes it back."""

    value: VoteValue | Literal["none"] | None = None
    bears: Literal["yes", "no", "none"] | None = None

    @model_validator(mode="after")
    def _is_one_button(self) -> Self:
        if (self.value is None) == (self.bears is None):
            raise ValueError("One button at a time.")
        return self

    @property
    def word(self) -> str:
        """What the ballot says; nothing takes back what was said before."""
        word = self.value or self.bears or "none"
        return "" if word == "none" else str(word)


class CardForm(Form):
    """An answer to the card shown when voting one after another, or taking the last one back."""

    act: Literal["agree", "disagree", "pass", "skip", "undo"]
    bears: Literal["yes", "no", "none"] | None = None  # Of a reply; nothing leaves what one has said before.

    @property
    def judges(self) -> bool:
        """Who puts a card off puts off all of it."""
        return self.bears is not None and self.act != "skip"

    @property
    def does_bear(self) -> bool | None:
        return None if self.bears == "none" else self.bears == "yes"


class CreditForm(Form):
    reason: Annotated[Prose, Field(min_length=CREDIT_MIN, max_length=CREDIT_MAX), AfterValidator(in_words)]


class StanceForm(Form):
    """A position's number, or undecided; “none” takes the stance back."""

    position: Literal["1", "2", "3", "4", "5", "undecided", "none"]

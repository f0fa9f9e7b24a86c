"""What the buttons of votes and stances send."""

from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import AfterValidator, Field, model_validator

from app.arguments.forms import in_words
from app.forms import Form, Prose
from app.models import VoteValue
from app.targets import LARGEST_ID
from app.votes.limits import CREDIT_MAX, CREDIT_MIN

# In the address: of the argument that the buttons stood on. The first one is left out.
SeenVersion = Annotated[int, Query(ge=1, le=LARGEST_ID)]


class VoteForm(Form):
    """A vote on the claim, or whether a reply bears on the point: one button was pressed. “none” takes it back; what
    is renewed is said again as it was, of the version that one has seen now."""

    value: VoteValue | Literal["none"] | None = None
    bears: Literal["yes", "no", "none"] | None = None
    renew: Annotated[str | None, Field(pattern=r"^(agree|disagree|pass|yes|no|(agree|disagree|pass) (yes|no))$")] = None

    @model_validator(mode="after")
    def _is_one_button(self) -> Self:
        if [self.value, self.bears, self.renew].count(None) != 2:
            raise ValueError("One button at a time.")
        return self

    @property
    def words(self) -> list[str]:
        """What the ballots say, each with one word; the empty one takes back what was said before."""
        words = str(self.renew or self.value or self.bears).split()
        return ["" if word == "none" else word for word in words]

    def is_on_link(self, word: str) -> bool:
        """An empty word is what the button's name says."""
        return self.bears is not None or word in ("yes", "no")

    @property
    def judges(self) -> bool:
        return any(map(self.is_on_link, self.words))


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

"""What the buttons of votes and stances send."""

from typing import Literal

from app.forms import Form
from app.models import VoteValue


class VoteForm(Form):
    value: VoteValue | Literal["none"]

    @property
    def vote(self) -> VoteValue | None:
        return self.value if isinstance(self.value, VoteValue) else None


class StanceForm(Form):
    """A position's number, or undecided."""

    position: Literal["1", "2", "3", "4", "5", "undecided"]

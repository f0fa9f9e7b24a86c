"""What reshapings are made of. `seen` stands for what the moderator saw of the arguments (looks.py)."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from app.arguments.forms import Claim, Grounds
from app.forms import Form, IdempotencyKey
from app.models import HouseRule, Relation
from app.moderation.forms import Explanation, Law, Sending, explain, name_law
from app.targets import LARGEST_ID

Seen = Annotated[str, Field(min_length=1, max_length=64)]
REPLIES_LISTED = 30  # To say of each where it goes; a form has at most 60 fields (app/forms.py).
GOES = "goes"

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class ReshapingForm(Form):
    """It need not follow from a breach: most of what stands in the wrong place is well meant."""

    act: Sending = "decide"
    seen: Seen
    house_rule: HouseRule | None = None
    law: Law = ""
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey
    at_case: Id | None = None  # From which one came; it can lead on to the next one of the view.
    view: str = ""
    then: Literal["next"] | None = None

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class MergeForm(ReshapingForm):
    into: Id


class MoveForm(ReshapingForm):
    """To the argument `to`, or directly under the position with the key `position`."""

    to: Id | None = None
    position: str = ""
    relation: Annotated[Relation | None, Field(validate_default=True)] = None

    @field_validator("relation")
    @classmethod
    def relate_to_the_argument(cls, relation: Relation | None, info: ValidationInfo) -> Relation | None:
        if info.data.get("to") is not None and relation is None:
            raise ValueError("Say what it does to the argument above it.")
        return relation if info.data.get("to") is not None else None


class SplitForm(ReshapingForm):
    """What each of the two says, and which replies go to the new one: those whose field `reply-ID` says so."""

    claim: Claim
    grounds: Grounds
    other_claim: Claim
    other_grounds: Grounds
    going: Annotated[frozenset[Id], Field(max_length=REPLIES_LISTED)] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def gather_replies(cls, sent: dict[str, Any]) -> dict[str, Any]:
        names = [name for name, choice in sent.items() if name.startswith("reply-") and choice == GOES]
        return {**sent, "going": [name.removeprefix("reply-") for name in names]}

    @field_validator("other_claim")
    @classmethod
    def claim_something_else(cls, other: str, info: ValidationInfo) -> str:
        if other.casefold() == info.data.get("claim", "").casefold():
            raise ValueError("Both make the same claim: leave one of them to each.")
        return other

"""What reshapings are made of. `seen` stands for what the moderator saw of the arguments (looks.py)."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.forms import Form, IdempotencyKey
from app.models import HouseRule, Relation
from app.moderation.forms import Explanation, explain
from app.targets import LARGEST_ID

Seen = Annotated[str, Field(min_length=1, max_length=64)]
ArgumentId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class ReshapingForm(Form):
    """It need not follow from a breach: most of what stands in the wrong place is well meant."""

    seen: Seen
    house_rule: HouseRule | None = None
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _explained = field_validator("explanation")(explain)


class MergeForm(ReshapingForm):
    into: ArgumentId


class MoveForm(ReshapingForm):
    """To the argument `to`, or directly under the position with the key `position`."""

    to: ArgumentId | None = None
    position: str = ""
    relation: Annotated[Relation | None, Field(validate_default=True)] = None

    @field_validator("relation")
    @classmethod
    def relate_to_the_argument(cls, relation: Relation | None, info: ValidationInfo) -> Relation | None:
        if info.data.get("to") is not None and relation is None:
            raise ValueError("Say what it does to the argument above it.")
        return relation if info.data.get("to") is not None else None

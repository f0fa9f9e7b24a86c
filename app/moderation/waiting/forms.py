"""What authors and moderators send about a post that waits. `version` is the one that they saw."""

from typing import Annotated

from pydantic import Field, field_validator

from app.annotations.forms import Body
from app.arguments.forms import Claim, Grounds
from app.forms import Form, IdempotencyKey
from app.models import HouseRule
from app.moderation.forms import Explanation, Law, explain, name_law
from app.targets import LARGEST_ID

Version = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class WaitingForm(Form):
    version: Version


class WaitingArgumentForm(WaitingForm):
    claim: Claim
    grounds: Grounds


class WaitingAnnotationForm(WaitingForm):
    body: Body


class ReleaseForm(Form):
    version: Version
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey


class DeclineForm(Form):
    version: Version
    house_rule: HouseRule
    law: Law = ""
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)

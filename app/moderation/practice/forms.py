"""What moderators send when they practise."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.forms import Form, IdempotencyKey
from app.models import HouseRule, Verdict
from app.moderation.forms import NEEDS_RULE


class AnswerForm(Form):
    action: Verdict
    house_rule: Annotated[HouseRule | None, Field(validate_default=True)] = None
    idempotency_key: IdempotencyKey

    @field_validator("house_rule")
    @classmethod
    def hide_by_a_rule(cls, rule: HouseRule | None, info: ValidationInfo) -> HouseRule | None:
        if info.data.get("action") == Verdict.HIDE and rule is None:
            raise ValueError(NEEDS_RULE)
        return rule

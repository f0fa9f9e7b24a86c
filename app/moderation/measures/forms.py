"""What measures against a debate, a thread or a person are made of."""

from typing import Literal

from pydantic import field_validator

from app.forms import Form, IdempotencyKey
from app.models import Action, DebateRoleKind, HouseRule
from app.moderation.forms import EXPLANATION_LEAST, Explanation, Law, Sending, Version, explain, name_law

# Long enough to think, short enough for a conversation; the shortest is what threads have by themselves.
PAUSES = {"120": "2 minutes", "600": "10 minutes", "3600": "1 hour", "21600": "6 hours", "86400": "1 day"}
NO_ROLE = "none"


class DebateForm(Form):
    """With the newest decision about the debate that the moderator saw."""

    version: Version
    action: Literal[Action.LOCK_DEBATE, Action.SLOW, Action.REMOVE_DEBATE]
    seconds: Literal["120", "600", "3600", "21600", "86400"] = "600"
    house_rule: HouseRule | None = None
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class SlowForm(Form):
    version: Version
    seconds: Literal["120", "600", "3600", "21600", "86400"]
    house_rule: HouseRule | None = None
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class SwitchForm(Form):
    version: Version
    is_on: bool = False  # From then on.
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _explained = field_validator("explanation")(explain)


class RoleForm(Form):
    """With the role that the moderator saw: somebody may have changed it meanwhile."""

    seen: str
    role: Literal[DebateRoleKind.MODERATOR, DebateRoleKind.HOST, "none"]
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _explained = field_validator("explanation")(explain)


class RefusalForm(Form):
    """Why a proposal is turned down, or taken back."""

    version: Version
    explanation: Explanation = ""

    @field_validator("explanation")
    @classmethod
    def say_why(cls, explanation: str) -> str:
        if len(explanation) < EXPLANATION_LEAST:
            raise ValueError(f"Please say why in at least {EXPLANATION_LEAST} characters: moderators will read this.")
        return explanation


class PersonForm(Form):
    """Against somebody in one debate."""

    version: Version
    action: Literal[Action.WARN, Action.SILENCE, Action.SUSPEND]
    hours: Literal["3", "24", "72", "168", "720"] = "24"
    house_rule: HouseRule
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)

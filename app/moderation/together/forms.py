"""What one sends to undo several decisions: which of them, as one saw them, and why."""

from typing import Annotated

from pydantic import Field, field_validator

from app.forms import Form, IdempotencyKey
from app.moderation.forms import Explanation, explain

SEEN_LIMIT = 4_000  # Characters: a hundred ids and versions.


class UndoTogetherForm(Form):
    """`seen`: each decision that was to be undone, with the newest one about the same thing, as in `12-12 13-40`."""

    seen: Annotated[str, Field(max_length=SEEN_LIMIT, pattern=r"^[0-9]+-[0-9]+( [0-9]+-[0-9]+)*$")]
    explanation: Explanation = ""
    idempotency_key: Annotated[IdempotencyKey, Field(max_length=40)]  # Each undoing's has the decision's id behind it.

    _explained = field_validator("explanation")(explain)

    @property
    def decisions(self) -> frozenset[str]:
        return frozenset(self.seen.split())

    @property
    def keys(self) -> list[str]:
        return [self.key_of(each.partition("-")[0]) for each in sorted(self.decisions)]

    def key_of(self, decision_id: int | str) -> str:
        return f"{self.idempotency_key}-{decision_id}"

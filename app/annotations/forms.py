"""The sentence picker's forms."""

from typing import Annotated

from pydantic import Field

from app.annotations.picking import Pick
from app.arguments.limits import QUOTE_MAX
from app.forms import Form, IdempotencyKey, Prose
from app.models import AnnotationKind
from app.targets import LARGEST_ID

BODY_MAX = 5_000  # A note beside the text. What needs more room is an argument with its grounds, or an essay.

_Number = Annotated[int | None, Field(ge=1, le=LARGEST_ID)]


class PassageForm(Form):
    """Which words of the paragraph; `revision` is the one whose sentences the person saw."""

    revision: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    first: _Number = None
    last: _Number = None
    exact: Annotated[Prose, Field(max_length=QUOTE_MAX)] = ""
    place: Annotated[int | None, Field(ge=0, le=LARGEST_ID)] = None
    reply_to: _Number = None

    @property
    def pick(self) -> Pick:
        return Pick(self.first, self.last, self.exact, self.place)


class AnnotationForm(PassageForm):
    kind: AnnotationKind
    body: Annotated[Prose, Field(min_length=1, max_length=BODY_MAX)]
    idempotency_key: IdempotencyKey


class AnnotationPreviewForm(Form):
    body: Annotated[Prose, Field(max_length=BODY_MAX)] = ""

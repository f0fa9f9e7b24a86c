"""The sentence picker's forms."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.annotations.picking import PASSAGE_MAX, Pick
from app.annotations.revisions import Wording
from app.annotations.tags import TYPED_MAX, read_tags
from app.essays.selectors import TextPosition
from app.forms import Form, IdempotencyKey, Prose
from app.markdown import shows_something
from app.models import AnnotationKind, Relation
from app.targets import LARGEST_ID

BODY_MAX = 5_000  # A note beside the text. What needs more room is an argument with its grounds, or an essay.


def _typed_tags(typed: object) -> list[str]:
    if not isinstance(typed, str):
        raise ValueError("Please write the tags with commas between them.")  # noqa: TRY004  (for the person)
    if len(typed) > TYPED_MAX:
        raise ValueError(f"At most {TYPED_MAX} characters fit here; this has {len(typed):,}.")
    return read_tags(typed)


def _to_be_seen(text: str) -> str:
    """“👍” says something in a note, unlike in an argument; characters and Markdown that show nothing do not."""
    if not shows_something(text):
        raise ValueError("Please say it in words: nothing of this can be seen.")
    return text


Body = Annotated[Prose, Field(min_length=1, max_length=BODY_MAX), AfterValidator(_to_be_seen)]
Tags = Annotated[list[str], BeforeValidator(_typed_tags)]
_Number = Annotated[int | None, Field(ge=1, le=LARGEST_ID)]


_Offset = Annotated[int | None, Field(ge=0, le=LARGEST_ID)]


class PassageForm(Form):
    """Which words: sentences of the paragraph, or exact words of it; or what was selected in the essay itself, from
    `start` to `end`, which may end in a later paragraph. `revision` is the one that the person saw.
    """

    revision: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    first: _Number = None
    last: _Number = None
    exact: Annotated[Prose, Field(max_length=PASSAGE_MAX)] = ""
    place: _Offset = None
    start: _Offset = None
    end: _Offset = None
    reply_to: _Number = None

    @property
    def selected(self) -> TextPosition | None:
        return TextPosition(self.start, self.end) if self.start is not None and self.end is not None else None

    @property
    def pick(self) -> Pick:
        return Pick(self.first, self.last, self.exact, self.place)


class MoveForm(PassageForm):
    """`version` is the number of the annotation's wording that its author saw."""

    version: Annotated[int, Field(ge=1, le=LARGEST_ID)]


class AnnotationForm(PassageForm):
    kind: Literal[AnnotationKind.NOTE, AnnotationKind.QUESTION]
    body: Body
    tags: Tags = Field(default_factory=list)
    idempotency_key: IdempotencyKey


class AnswerForm(PassageForm):
    """What the words are to say about which argument; 0 is none of those that are there."""

    relation: Relation
    answer_to: Annotated[int, Field(ge=0, le=LARGEST_ID)]


class AnnotationReplyForm(Form):
    act: Literal["post", "preview"] = "post"
    body: Body
    idempotency_key: IdempotencyKey


class ReplyEditForm(Form):
    """The new words of a reply; `revision` is the number of the wording that its author saw."""

    act: Literal["post", "preview"] = "post"
    body: Body
    revision: Annotated[int, Field(ge=1, le=LARGEST_ID)]

    def word(self, passage_id: int) -> Wording:
        return Wording(AnnotationKind.REPLY, passage_id, self.body, [])


class AnnotationEditForm(ReplyEditForm):
    kind: Literal[AnnotationKind.NOTE, AnnotationKind.QUESTION]
    tags: Tags = Field(default_factory=list)

    def word(self, passage_id: int) -> Wording:
        return Wording(self.kind, passage_id, self.body, self.tags)


class AnnotationPreviewForm(Form):
    body: Annotated[Prose, Field(max_length=BODY_MAX)] = ""

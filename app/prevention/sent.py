"""A text as it was sent, and where it is to stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.prevention.traps import is_too_quick

UNSEEN_FIELD = "website"  # Not shown to people; programs fill it in.


@dataclass(frozen=True, slots=True)
class Place:
    """Below an argument or a note, on a passage, or on the first level."""

    debate_id: int
    argument_id: int | None = None
    annotation_id: int | None = None
    passage_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The texts of a form, the longest last; its key, and what stands in the field that people do not see."""

    texts: Sequence[str]
    key: str
    unseen: str = ""
    title: str = ""  # The claim that the longest text gives the grounds of.
    may_repeat: bool = False

    @property
    def is_by_program(self) -> bool:
        return bool(self.unseen) or is_too_quick(self.key)

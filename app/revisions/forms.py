"""The forms of hosts who word the essay anew, and of those who say where a passage stands."""

from typing import Annotated, Literal

from pydantic import Field

from app.annotations.picking import Pick
from app.arguments.limits import QUOTE_MAX
from app.essays.canonical import MAX_ESSAY_CHARACTERS
from app.forms import Form, Prose
from app.targets import LARGEST_ID

NOTE_MAX = 500  # What changed and why, in a few sentences; the difference itself has its own page.

_Number = Annotated[int | None, Field(ge=1, le=LARGEST_ID)]
Version = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class DraftForm(Form):
    """`version` is that of the draft that the host saw (0: none yet), `base` the number of the newest revision then."""

    markdown: Annotated[Prose, Field(max_length=MAX_ESSAY_CHARACTERS)] = ""
    note: Annotated[Prose, Field(max_length=NOTE_MAX)] = ""
    version: Version
    base: Version


class SeenDraftForm(Form):
    """To publish or discard the draft that was seen."""

    version: Version


class PlaceForm(Form):
    """Which words of the paragraph, or none; `version` is that of the wording whose sentences the person saw."""

    act: Literal["place", "nowhere", "follow"] = "place"
    version: Version
    first: _Number = None
    last: _Number = None
    exact: Annotated[Prose, Field(max_length=QUOTE_MAX)] = ""
    place: Annotated[int | None, Field(ge=0, le=LARGEST_ID)] = None

    @property
    def pick(self) -> Pick:
        return Pick(self.first, self.last, self.exact, self.place)

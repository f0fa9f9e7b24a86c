"""Forms of what a person is told."""

from typing import Annotated, Literal

from pydantic import Field

from app.forms import Form
from app.models import Interest, MailRhythm
from app.targets import LARGEST_ID


class ReadForm(Form):
    up_to: Annotated[int, Field(ge=0, le=LARGEST_ID)]


class RhythmForm(Form):
    rhythm: MailRhythm


class ChoiceForm(Form):
    """For a debate or a thread: what is left empty follows from the place around it."""

    interest: Interest | None = None
    rhythm: MailRhythm | None = None
    act: Literal["save", "reset"] = "save"
    page: Literal["here", "settings"] = "here"  # Where the form stands.

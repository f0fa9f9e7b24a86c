"""What flags, decisions and their undoing are made of."""

from typing import Annotated, Literal, Protocol

from pydantic import Field, ValidationInfo, field_validator

from app.forms import Form, IdempotencyKey, Line, Prose
from app.models import Action, FlagReason, HouseRule
from app.targets import LARGEST_ID

FLAG_WORDS_LIMIT = 1_000  # A pointer for a moderator, not an essay.
EXPLANATION_LIMIT = 2_000  # It stands in the public log, among many others.
EXPLANATION_LEAST = 20  # Shorter than that, the author learns nothing from it.

LAW_LIMIT = 300  # A statute and its section, or what it forbids.

TOO_SHORT = f"Please explain it in at least {EXPLANATION_LEAST} characters: the person concerned will read this."
NEEDS_RULE = "This rests on a house rule: please choose which."
NEEDS_LAW = "Say in your words which law it breaks: the person concerned has to know."

# What a button asks for: the decision, or what its statement of reasons would say.
Sending = Literal["decide", "preview"]
Explanation = Annotated[Prose, Field(max_length=EXPLANATION_LIMIT, validate_default=True)]


BY_A_RULE = (Action.HIDE, Action.REMOVE)  # These take a text from its readers, so they need a rule and a reason.
REASONED = (*BY_A_RULE, Action.ASK_EDIT)


def need_rule(action: Action | None, rule: HouseRule | None) -> HouseRule | None:
    if action in REASONED and rule is None:
        raise ValueError(NEEDS_RULE)
    return rule


def explain(explanation: str) -> str:
    if len(explanation) < EXPLANATION_LEAST:
        raise ValueError(TOO_SHORT)
    return explanation


def ask_for(wanted: str) -> str:
    if len(wanted) < EXPLANATION_LEAST:
        raise ValueError(f"Please say in at least {EXPLANATION_LEAST} characters what its author should change.")
    return wanted


Law = Annotated[Line, Field(max_length=LAW_LIMIT, validate_default=True)]  # Behind the house rule that it belongs to.


def name_law(law: str, info: ValidationInfo) -> str:
    """A statement of reasons rests on a house rule or on a law (Article 17(3) of the Digital Services Act, d or e)."""
    is_ground = info.data.get("house_rule") == HouseRule.LAW
    if is_ground and not law:
        raise ValueError(NEEDS_LAW)
    return law if is_ground else ""


class FlagForm(Form):
    reason: FlagReason
    words: Annotated[Prose, Field(max_length=FLAG_WORDS_LIMIT, validate_default=True)] = ""

    @field_validator("words")
    @classmethod
    def say_what_is_wrong(cls, words: str, info: ValidationInfo) -> str:
        if info.data.get("reason") == FlagReason.OTHER and not words:
            raise ValueError("Please say in your own words what is wrong.")
        return words


Within = Literal["", "1", "3", "7", "14"]  # Days, or without end.


class EditAsked(Protocol):
    """What an author is asked to change, until when, and whether readers have it meanwhile."""

    @property
    def wanted(self) -> str: ...
    @property
    def within(self) -> Within: ...
    @property
    def meanwhile(self) -> Literal["hide"] | None: ...


class CaseForm(Form):
    """A decision on a case, with the version of the case that the moderator saw."""

    version: Annotated[int, Field(ge=0, le=LARGEST_ID)]
    take_over: Literal["yes"] | None = None  # Although somebody else has claimed it.
    then: Literal["next"] | None = None
    view: str = ""  # The queue's view in which the next case is looked for.
    action: Literal[Action.DISMISS, Action.HIDE, Action.REMOVE, Action.ASK_EDIT, Action.ACCEPT_EDIT]
    wanted: Explanation = ""
    within: Within = ""
    meanwhile: Literal["hide"] | None = None
    house_rule: Annotated[HouseRule | None, Field(validate_default=True)] = None
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)

    @field_validator("house_rule")
    @classmethod
    def hide_by_a_rule(cls, rule: HouseRule | None, info: ValidationInfo) -> HouseRule | None:
        return need_rule(info.data.get("action"), rule)

    @field_validator("explanation")
    @classmethod
    def explain_hiding(cls, explanation: str, info: ValidationInfo) -> str:
        return explain(explanation) if info.data.get("action") in REASONED else explanation

    @field_validator("wanted")
    @classmethod
    def say_what_to_change(cls, wanted: str, info: ValidationInfo) -> str:
        return ask_for(wanted) if info.data.get("action") == Action.ASK_EDIT else wanted


class ReadyForm(Form):
    """Which ready reason fills in what the form of a decision leaves empty."""

    action: Literal[
        Action.HIDE, Action.REMOVE, Action.ASK_EDIT, Action.WARN, Action.SILENCE, Action.SUSPEND, Action.RENAME
    ]  # fmt: skip
    ready: Annotated[str, Field(max_length=40)]
    debate: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None  # Where several cases of one are decided.


Version = Annotated[int, Field(ge=0, le=LARGEST_ID)]  # The newest decision that the moderator saw.
ItemVersion = Annotated[str, Field(pattern=r"^\d{1,18}\.\d{1,18}$")]  # And the newest wording.


class AskEditForm(Form):
    version: ItemVersion
    wanted: Explanation = ""
    within: Within = ""
    meanwhile: Literal["hide"] | None = None
    house_rule: HouseRule
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)
    _asked = field_validator("wanted")(ask_for)


class HideForm(Form):
    version: ItemVersion
    action: Literal[Action.HIDE, Action.REMOVE] = Action.HIDE
    house_rule: HouseRule
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class LockForm(Form):
    """Locking need not follow from a breach: a thread may just have said all it has to say."""

    version: Version
    house_rule: HouseRule | None = None
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class UndoForm(Form):
    version: Version
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey
    then: Literal["next"] | None = None  # It goes on in the queue, at the case from which one came, if any.
    at_case: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None
    view: str = ""

    _explained = field_validator("explanation")(explain)


class VersionForm(Form):
    """Of acts that need no more than the version that was seen."""

    version: Version


class RestrictionForm(Form):
    """Against a person, on the whole site. A warning and a new name have no end."""

    version: Version
    kind: Literal["warn", "silence", "suspend", "rename"]
    hours: Annotated[
        Literal["3", "24", "72", "168", "720", "2160", "8760"] | None, Field(validate_default=True)
    ] = None  # fmt: skip
    house_rule: HouseRule
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    @field_validator("hours")
    @classmethod
    def end_at_a_time(cls, hours: str | None, info: ValidationInfo) -> str | None:
        if hours is None and info.data.get("kind") in ("silence", "suspend"):
            raise ValueError("This is needed.")
        return hours

    _named = field_validator("law")(name_law)
    _explained = field_validator("explanation")(explain)


class PersonCaseForm(Form):
    """A decision on the case of a person, with the version of it that the moderator saw."""

    version: Annotated[int, Field(ge=0, le=LARGEST_ID)]
    take_over: Literal["yes"] | None = None
    then: Literal["next"] | None = None
    view: str = ""
    action: Literal[Action.DISMISS, Action.WARN, Action.SILENCE, Action.SUSPEND, Action.RENAME]
    hours: Literal["3", "24", "72", "168", "720"] = "24"  # Longer ones need two moderators: see RestrictionForm.
    house_rule: Annotated[HouseRule | None, Field(validate_default=True)] = None
    law: Law = ""
    act: Sending = "decide"
    explanation: Explanation = ""
    idempotency_key: IdempotencyKey

    _named = field_validator("law")(name_law)

    @field_validator("house_rule")
    @classmethod
    def restrict_by_a_rule(cls, rule: HouseRule | None, info: ValidationInfo) -> HouseRule | None:
        if info.data.get("action") not in (Action.DISMISS, None) and rule is None:
            raise ValueError(NEEDS_RULE)
        return rule

    @field_validator("explanation")
    @classmethod
    def explain_restricting(cls, explanation: str, info: ValidationInfo) -> str:
        return explanation if info.data.get("action") in (Action.DISMISS, None) else explain(explanation)


class LogReportForm(Form):
    words: Annotated[Prose, Field(min_length=EXPLANATION_LEAST, max_length=FLAG_WORDS_LIMIT)]
    idempotency_key: IdempotencyKey


class LogAnswerForm(Form):
    version: Version  # The newest report on the same entry.
    answer: Annotated[Prose, Field(min_length=EXPLANATION_LEAST, max_length=EXPLANATION_LIMIT)]

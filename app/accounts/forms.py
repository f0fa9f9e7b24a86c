"""The forms of accounts."""

import time
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.accounts.names import clean_display_name, clean_email, clean_username
from app.accounts.password_rules import password_problem
from app.forms import Form, FormState, IdempotencyKey, Line, blank_form
from app.models import TokenScope

LONGEST_NAME_TYPED = 254  # A user name or an address for mail.
LONGEST_PASSWORD_TYPED = 1_000  # More than any that is right; hashing has to end.
LONGEST_TOKEN_NAME = 60  # A program and where it runs.
LATEST = 2**40  # Seconds since 1970; a form that does not say when it was shown counts as sent too early.
QUICKEST_SIGN_UP = 2  # Seconds from the page to the form. Programs need less, people with a password manager more.


def clean_password(text: str) -> str:
    """As it was typed, blanks included."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("This contains a character that cannot be typed. Please write it by hand.")
    return text


Password = Annotated[str, Field(max_length=LONGEST_PASSWORD_TYPED), AfterValidator(clean_password)]
Username = Annotated[str, AfterValidator(clean_username)]
DisplayName = Annotated[str, AfterValidator(clean_display_name)]
Email = Annotated[str, AfterValidator(clean_email)]
NameOrEmail = Annotated[Line, Field(max_length=LONGEST_NAME_TYPED)]


def _as_list(sent: object) -> object:
    """A form sends one checked box as text, several as a list."""
    return [sent] if isinstance(sent, str) else sent


class SignUpForm(Form):
    username: Username
    display_name: DisplayName = ""
    email: Email = ""
    password: Password
    rules: Literal["on"]
    website: str = ""  # Not shown to people; programs fill it in.
    shown_at: Annotated[int, Field(ge=0, le=LATEST)] = LATEST
    next: str = ""

    @property
    def name_shown(self) -> str:
        return self.display_name or self.username

    @property
    def is_by_program(self) -> bool:
        """A light trap, for programs that fill in whatever they find."""
        return bool(self.website) or time.time() - self.shown_at < QUICKEST_SIGN_UP


def blank_sign_up(next_path: str = "") -> FormState:
    return blank_form(next=next_path, shown_at=str(int(time.time())))


class SignInForm(Form):
    name: NameOrEmail
    password: Password
    next: str = ""


class ForgotPasswordForm(Form):
    name: NameOrEmail


class ResetPasswordForm(Form):
    password: Password


class DisplayNameForm(Form):
    """Without a name the user name is shown."""

    display_name: DisplayName = ""


class EmailForm(Form):
    email: Email = ""
    email_password: Password


class PasswordForm(Form):
    current_password: Password
    new_password: Password


class TokenForm(Form):
    name: Annotated[Line, Field(min_length=1, max_length=LONGEST_TOKEN_NAME)]
    scopes: Annotated[list[TokenScope], BeforeValidator(_as_list), Field(min_length=1)]
    days: Literal["7", "30", "90", "365"]
    token_password: Password
    idempotency_key: IdempotencyKey


def check_new_password(state: FormState, field: str, known: Iterable[str]) -> None:
    """Note beside the field why the password in it is refused. `known` are names that anyone would try."""
    problem = password_problem(state.value(field), known) if state.value(field) else None
    if problem:
        state.errors.setdefault(field, problem)
    elif state.value(field) and state.value(field) == state.value("current_password"):
        state.errors.setdefault(field, "This is the password that you have now.")

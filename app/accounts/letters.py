"""The messages about accounts. They name no one but the reader, so nobody can write to strangers through them."""

from typing import NamedTuple

from app.mail.outbox import ORIGIN, SITE_NAME


class Letter(NamedTuple):
    subject: str
    body: str


def confirm_address(username: str, path: str) -> Letter:
    return Letter(
        f"Confirm your address for {SITE_NAME}",
        f"Somebody, probably you, gave this address for the account “{username}”.\n\n"
        f"To confirm it, open this page within an hour:\n{ORIGIN}{path}\n\n"
        "If it was not you, do nothing: the address will not be used.",
    )


def address_known(username: str) -> Letter:
    """To the owner of an address that somebody else has given, who learns nothing from it."""
    return Letter(
        f"You have an account on {SITE_NAME} already",
        f"Somebody, probably you, gave this address for another account. It belongs to your account “{username}”, "
        "and stays there.\n\n"
        f"If you have forgotten your password, ask for a new one here:\n{ORIGIN}/forgot-password\n\n"
        "If it was not you, there is nothing to do.",
    )


def reset_password(username: str, path: str) -> Letter:
    return Letter(
        f"A new password for {SITE_NAME}",
        f"Somebody, probably you, asked for a new password for the account “{username}”.\n\n"
        f"To set it, open this page within an hour:\n{ORIGIN}{path}\n\n"
        "If it was not you, do nothing: your password stays as it is.",
    )


def password_changed(username: str) -> Letter:
    return Letter(
        f"Your password on {SITE_NAME} was changed",
        f"The password of your account “{username}” has just been changed, and other sessions have ended.\n\n"
        f"If it was not you, set another one at once:\n{ORIGIN}/forgot-password",
    )


def address_changed(username: str) -> Letter:
    """To the address that an account had before."""
    return Letter(
        f"The address of your account on {SITE_NAME} was changed",
        f"Messages for the account “{username}” no longer go to this address.\n\n"
        "If it was not you, somebody knows your password: write to the people who run the site.",
    )

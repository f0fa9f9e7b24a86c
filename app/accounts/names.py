"""What people may call themselves, and addresses for mail."""

import re
import unicodedata

from app.markdown import clean_line

SHORTEST_USERNAME, LONGEST_USERNAME = 2, 30  # They stand in addresses and must be typed.
LONGEST_DISPLAY_NAME = 50  # Most full names in the world; longer ones push the text beside them off the line.
LONGEST_EMAIL = 254  # RFC 5321's limit for a path, less its brackets.
MOST_MARKS = 4  # Combining marks on one letter; languages need three, pictures made of marks need dozens.

# Names that would speak for the site or take an address of it.
RESERVED = """
about account admin administrator administrators anonymous api debate debates deleted essay everyone guest help host
hosts log me mod moderation moderator moderators nobody null official postmaster rejoinder root security settings
sign-in sign-up site staff support system undefined visitor webmaster
"""
_RESERVED = frozenset(RESERVED.split())
_USERNAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# Letters and signs that Unicode counts as visible and fonts leave blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean_username(text: str) -> str:
    """The name in addresses and mentions. Raises ValueError with a sentence for the form."""
    name = text.strip()
    if not SHORTEST_USERNAME <= len(name) <= LONGEST_USERNAME:
        raise ValueError(f"A user name has {SHORTEST_USERNAME} to {LONGEST_USERNAME} characters; this has {len(name)}.")
    if not _USERNAME.fullmatch(name):
        raise ValueError("A user name has letters from a to z and digits, with single hyphens or underscores between.")
    if name.lower() in _RESERVED:
        raise ValueError("This name is kept for the site itself. Please choose another one.")
    return name


def clean_display_name(text: str) -> str:
    """The name that is shown, in any script."""
    name = clean_line(text)
    if len(name) > LONGEST_DISPLAY_NAME:
        raise ValueError(f"At most {LONGEST_DISPLAY_NAME} characters fit here; this has {len(name)}.")
    if name and not any(unicodedata.category(c)[0] in "LNSP" and c not in _BLANK for c in name):
        raise ValueError("Nothing of this name can be seen. Please add a letter.")
    if _longest_run_of_marks(name) > MOST_MARKS:
        raise ValueError("This name has more marks on one letter than a line has room for.")
    return name


def _longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


def clean_email(text: str) -> str:
    """An address for mail, or nothing. Whether somebody reads there only a message can show."""
    address = text.strip()
    if address and (len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address)):
        raise ValueError("This does not look like an address for mail, such as name@example.org.")
    return address

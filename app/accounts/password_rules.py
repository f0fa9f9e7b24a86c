"""Which passwords are refused: too short, too long, or among the first that somebody would guess.

No rule about kinds of characters: such rules make passwords that are hard to keep in mind and easy to guess.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from app.accounts.common_passwords import PHRASES, WORDS

LEAST_LENGTH = 15  # Without a second factor; shorter ones are found by trying all.
MOST_LENGTH = 128  # Long enough for any sentence; hashing has to end.
LEAST_LEFT = 7  # Different characters that must remain when everything that is guessed first is taken away.
LEAST_RUN = 4  # Neighbours in a row (1234, qwert) that count as one thing to guess.

ROWS = "0123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop"
_NEIGHBOURS = frozenset(pair for row in ROWS.split() for a, b in pairwise(row) for pair in (a + b, b + a)) | {
    "90",
    "09",
}
_LOOKALIKES = str.maketrans("4@31!05$7", "aaeiiosst")
_SIGNS = re.compile(r"[\s!-/:-@\[-`{-~]+")
_WORDS = frozenset(WORDS.split())
_SENTENCES = frozenset(_SIGNS.sub("", phrase) for phrase in PHRASES)


def password_problem(password: str, known: Iterable[str] = ()) -> str | None:
    """What is wrong with this password, or None. `known` are words that anyone would try: names of person and site."""
    length = len(password)
    if length < LEAST_LENGTH:
        return f"The password has {length} of the {LEAST_LENGTH} characters that it needs. A few unrelated words do."
    if length > MOST_LENGTH:
        return f"The password has {length} characters; {MOST_LENGTH} is the most."
    if is_guessed_first(password, known):
        return "This is among the first passwords that somebody would guess. Take a few unrelated words instead."
    return None


def is_guessed_first(password: str, known: Iterable[str] = ()) -> bool:
    """Whether little remains without repetitions, rows of neighbours, common words and names."""
    names = {_letters(name.casefold()) for name in known}
    return any(len(set(_what_is_left(reading, names))) < LEAST_LEFT for reading in _readings(password))


def _readings(password: str) -> tuple[str, str]:
    """The password without blanks and signs: as it stands, and with digits read as the letters they look like."""
    folded = password.casefold()
    return _letters(folded), _letters(_without_runs(folded).translate(_LOOKALIKES))


def _letters(text: str) -> str:
    return _SIGNS.sub("", text)


def _what_is_left(reading: str, names: set[str]) -> str:
    if any(reading in phrase for phrase in _SENTENCES):
        return ""
    left = _without_repetition(reading)
    for word in sorted(names | _SENTENCES | _WORDS, key=len, reverse=True):
        if len(word) > 2:  # Shorter names are parts of too many words.
            left = left.replace(word, "")
    return re.sub(r"\d{1,4}$", "", _without_runs(left))  # A year or a number at the end is what everybody adds.


def _without_repetition(reading: str) -> str:
    """abcabcab → abc: the shortest piece that, repeated and cut, gives the whole."""
    for length in range(1, len(reading) // 2 + 1):
        piece = reading[:length]
        if (piece * (len(reading) // length + 1))[: len(reading)] == reading:
            return piece
    return reading


def _without_runs(text: str) -> str:
    """The text without rows of neighbours on the alphabet or the keyboard, and without one character many times."""
    pieces: list[str] = []
    for character in text:
        if pieces and (pieces[-1][-1] + character in _NEIGHBOURS or pieces[-1][-1] == character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return "".join(piece for piece in pieces if len(piece) < LEAST_RUN)

"""Claims cut into the lines that a cell has room for; the whole claim stands in the cell's title."""

from functools import cache
from unicodedata import combining, east_asian_width

NOTCH_LINES = 2  # Beside the number that leads below.
PADDING = 13  # Above the first line and below the last one, where the meter lies.
# Hundredths of the size of the type that a letter of the serif takes, about.
_WIDTHS = {
    **dict.fromkeys("ijlI.,:;'’|!()[]", 32),
    **dict.fromkeys("tfrsz-–“”/", 44),
    **dict.fromkeys("mwMW—…@%&", 90),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 66),
    " ": 25,
}
_USUAL, _IDEOGRAPH = 57, 100


def short(count: int) -> str:
    """For little room: 12, 1.2k, 12k."""
    if count < 1_000:
        return str(count)
    return f"{count // 100 / 10:g}k" if count < 10_000 else f"{count // 1_000}k"


def lines_in(height: int, line_height: int) -> int:
    return max(1, (height - PADDING) // line_height)


def cut(words: str, room: int, lines: int, indent: int = 0, notch: int = 0) -> list[str]:
    """At most so many lines, each as wide as the room (see width), the first ones shorter by the notch at their end and
    the first by the indent as well; an ellipsis says that something is left out.
    """
    cut: list[str] = []
    rest, free = words.split(), room
    while rest and len(cut) < lines:
        free = room - (notch if len(cut) < NOTCH_LINES else 0) - (0 if cut else indent)
        line, rest = _line(rest, free)
        cut.append(line)
    if rest:
        cut[-1] = f"{_fitting(cut[-1].removesuffix('-'), free - width('…'))}…"
    return cut


def _line(words: list[str], room: int) -> tuple[str, list[str]]:
    """The words of one line, and those that follow. A word that is longer than a line is broken."""
    line = _fitting(words[0], room)
    if line != words[0]:
        line, rest = _broken(words[0], room)
        return line, [rest, *words[1:]]
    count, taken = 1, width(line)
    while count < len(words) and (taken := taken + width(" ") + width(words[count])) <= room:
        count += 1
    return " ".join(words[:count]), words[count:]


def _broken(word: str, room: int) -> tuple[str, str]:
    """With a hyphen between letters, but for scripts that break anywhere."""
    begun = _fitting(word, room - width("-"))
    if word[: len(begun) + 1][-2:].isalpha() and width(word[len(begun)]) < _IDEOGRAPH:
        return f"{begun}-", word[len(begun) :]
    begun = _fitting(word, room)
    return begun, word[len(begun) :]


def _fitting(text: str, room: int) -> str:
    end = len(text)
    while end > 1 and width(text[:end]) > room:
        end -= 1
    return text[:end].rstrip()


def width(text: str) -> int:
    """In hundredths of the size of its type, about."""
    return sum(map(_width_of, text))


@cache
def _width_of(letter: str) -> int:
    if letter.isascii() or letter in _WIDTHS:
        return _WIDTHS.get(letter, _USUAL)
    return 0 if combining(letter) else _IDEOGRAPH if east_asian_width(letter) in "WF" else _USUAL

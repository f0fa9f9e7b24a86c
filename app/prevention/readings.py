"""The ways in which a text can be read: as it was typed, as it is shown, and without tricks between its letters. Pure.

What breaks a word where readers see it broken, as “wre-tched” or “wre tched”, makes two words here, too.
"""

import re

from app.markdown import one_line

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>]*>", re.DOTALL)  # Shown as typed, and read over.
_TURNED = re.compile("[\u202e]([^\u202c\n]*)")  # Until the end of the override or the paragraph.
_LETTER = r"[^\W_]"
# Single letters with the same sign between them. Three in a row with blanks occur by chance: notes, variables, points.
_SPELLED = re.compile(
    rf"(?<!{_LETTER}){_LETTER}(?:([.\-_*·•,/|~])(?={_LETTER}))(?:{_LETTER}\1)+{_LETTER}(?!{_LETTER})"
    rf"|(?<!{_LETTER}){_LETTER}([ \u00a0])(?:{_LETTER}\2){{2,}}{_LETTER}(?!{_LETTER})"
)


def readings_of(text: str) -> list[str]:
    """Each once, as it was typed first."""
    readings = dict.fromkeys((text, one_line(text)))
    for read in list(readings):
        plain = _TURNED.sub(lambda turned: turned[1][::-1], _TAG.sub("", read))
        readings.setdefault(plain)
        readings.setdefault("\n".join(_spelled_out(plain)))
    return [read for read in readings if read]


def _spelled_out(text: str) -> list[str]:
    """Words whose letters stand one by one, put together; an “a” or “I” before them may be a word by itself."""
    words = ["".join(re.findall(_LETTER, found[0])) for found in _SPELLED.finditer(text)]
    return [*words, *(word[1:] for word in words if word[0] in "aAI")]

"""A text as a row of words with their places, for comparing texts word by word."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

# Scripts that set no space between words: there each character counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|\S")
_INSIDE_WORD = re.compile(rf"[^\W{_UNSPACED}]{{2}}")


@dataclass(frozen=True, slots=True)
class Words:
    """Words and marks in order, without the white space between them; each stands at `starts[i]` to `ends[i]`."""

    keys: list[str]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> "Words":
        found = list(_WORD.finditer(text))
        return cls([word.group() for word in found], [word.start() for word in found], [word.end() for word in found])

    def touching(self, start: int, end: int) -> tuple[int, int]:
        """The first of the words that touch a range of the text, and the one behind their last."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def mirrored(self, length: int) -> "Words":
        """The same row read backwards, of a text of this length: its ends are then beginnings."""
        starts = [length - end for end in reversed(self.ends)]
        return Words(self.keys[::-1], starts, [length - start for start in reversed(self.starts)])


def cuts_word(text: str, place: int) -> bool:
    """Whether the place lies between two letters of one word."""
    return 0 < place < len(text) and _INSIDE_WORD.match(text, place - 1) is not None

"""A reply that begins with words of the argument it answers."""

import re

from app.arguments.writing import Wording

# What CommonMark reads as more than a letter: anywhere, and only at the start of a line.
_MARKUP = re.compile(r"[\\`*\[<]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|^[#>+~=-]")
_NUMBER = re.compile(r"^(\d+)(?=[.)])")


def begin_with_quote(wording: Wording, words: str) -> str:
    """These words as a quotation in Markdown, to go on below it; nothing if the argument does not say them."""
    said = (wording.claim, wording.grounds.striptags())
    if not words.strip() or not any(_letters(words) in _letters(text) for text in said):
        return ""
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return "\n>\n".join(f"> {_literally(line)}" for line in lines if line) + "\n\n"


def _literally(line: str) -> str:
    """A line as Markdown that shows these very letters: what readers select has no markup left."""
    return _NUMBER.sub(r"\1\\", _MARKUP.sub(r"\\\g<0>", line))


def _letters(text: str) -> str:
    """Without blanks and line ends, which a browser's selection has elsewhere than the text."""
    return "".join(text.split())

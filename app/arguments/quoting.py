"""A reply that begins with words of the argument it answers."""

from app.arguments.writing import Wording


def begin_with_quote(wording: Wording, words: str) -> str:
    """These words as a quotation in Markdown, to go on below it; nothing if the argument does not say them."""
    said = (wording.claim, wording.grounds.striptags())
    if not words.strip() or not any(_letters(words) in _letters(text) for text in said):
        return ""
    lines = [" ".join(line.split()) for line in words.splitlines()]
    return "\n>\n".join(f"> {line}" for line in lines if line) + "\n\n"


def _letters(text: str) -> str:
    """Without blanks and line ends, which a browser's selection has elsewhere than the text."""
    return "".join(text.split())

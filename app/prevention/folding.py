"""Words folded so that tricks of writing make no difference: case, accents, invisible and look-alike signs. Pure."""

import re
import unicodedata
from typing import NamedTuple

from app.markdown import BLANKS

# Letters of other scripts, and signs, that look like a Latin letter (a choice from Unicode's list of confusables).
_CYRILLIC = dict(zip("асеһіјорԛѕԝхуъьвкмнтгзб", "acehijopqswxybbbkmhtr36", strict=True))
_GREEK = dict(zip("αβεγηικνορτυχω", "abeyniknoptuxw", strict=True))
_LATIN = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "p", "ħ": "h", "ŧ": "t", "ɡ": "g", "ɑ": "a", "ʟ": "l"}
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_LOOKS_LIKE = {**_CYRILLIC, **_GREEK, **_LATIN, **_SMALL_CAPITALS}
# Digits and signs that stand for a letter inside a word: “v1agra”, “$pam”.
_STANDS_FOR = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
_WORD = re.compile(r"[\w@$]+")
LONGEST_WORD = 100  # No language's words are longer; what is, is compared by its beginning.


class FoldedWord(NamedTuple):
    shown: str  # As it was written, without what cannot be seen.
    folded: str


def fold_words(text: str) -> list[FoldedWord]:
    """The words of a text in their order."""
    return [FoldedWord(word, fold_word(word)) for word in _WORD.findall(without_disguise(text))]


def without_disguise(text: str) -> str:
    """The text in plain letters: without accents, marks, and characters that cannot be seen."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if unicodedata.category(sign) not in _UNSEEN and sign not in BLANKS)


_UNSEEN = ("Mn", "Me", "Cf")  # Marks on letters, and signs without a shape: joiners, soft hyphens, directions.


def fold_word(word: str) -> str:
    """A word in the letters that it looks like. Numbers stay numbers, and words of another script stay what they are
    unless each letter of theirs looks like a Latin one, or they mix scripts, which no honest word does."""
    folded = word[:LONGEST_WORD].casefold()
    if any(map(str.isalpha, folded)):
        folded = folded.translate(_STANDS_FOR)
    return "".join(_LOOKS_LIKE.get(sign, sign) for sign in folded) if _is_disguised(folded) else folded


def _is_disguised(word: str) -> bool:
    letters = [sign for sign in word if sign.isalpha()]
    foreign = [sign for sign in letters if not sign.isascii()]
    return all(sign in _LOOKS_LIKE for sign in foreign) or len(foreign) < len(letters)

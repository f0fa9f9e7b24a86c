"""Essays with passages anywhere, over formats and over blocks; and wordings of a text before and after an edit."""

import unicodedata
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from app.annotations.segments import MarkedPassage
from app.essays.blocks import CanonicalEssay
from app.essays.canonical import parse_essay
from app.essays.selectors import Selectors, TextPosition, describe, find_quote, widen_to_clusters
from tests.essays.strategies import markdown


@dataclass(frozen=True)
class MarkedEssay:
    essay: CanonicalEssay
    passages: list[MarkedPassage]


@st.composite
def _marked_essays(draw: st.DrawFn) -> MarkedEssay:
    try:
        essay = parse_essay(draw(markdown))
    except ValueError:
        assume(False)
        raise
    places = st.integers(0, len(essay.text))
    ranges = draw(st.lists(st.tuples(places, places, st.sampled_from([None, 1, 2])), max_size=8))
    passages = [
        MarkedPassage(id=10 + number, start=min(edges), end=max(edges), number=number, side=side)
        for number, (*edges, side) in enumerate(ranges, start=1)
    ]
    return MarkedEssay(essay, [passage for passage in passages if passage.start < passage.end])


marked_essays = _marked_essays()


# Characters of several code points, scripts without spaces, words that repeat themselves, ends of paragraphs.
_PIECES = [
    *("👩\u200d👩\u200d👧", "🇩🇪", "e\u0323\u0302", "한국", "नमस्ते ", "中文。", "שלום ", " ", ". ", "\n\n", "\u0301"),
    *("the ", "the ", "cat sat ", "cat ", "dog. ", "However, ", "“no” ", "a"),
]
_CAPITALS = ["ALPHA ", "BETA ", "GAMMA, ", "DELTA. "]

texts = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=60).map(
    lambda pieces: unicodedata.normalize("NFC", "".join(pieces).replace("\r", ""))
)


@dataclass(frozen=True)
class Marked:
    text: str
    selectors: Selectors


@st.composite
def _marked_texts(draw: st.DrawFn) -> Marked:
    text = draw(texts)
    start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    assume(text[start:end].strip())
    return Marked(text, describe(text, start, end))


@dataclass(frozen=True)
class Edited:
    """A passage of an old wording, and where its words truly stand in the new one."""

    old: str
    new: str
    selectors: Selectors
    place: TextPosition


@st.composite
def _edited_around(draw: st.DrawFn) -> Edited:
    """Whatever happens beyond the words and their context; together these stand once in both wordings."""
    marked = draw(_marked_texts())
    position, quote = marked.selectors.position, marked.selectors.quote
    assume(quote.prefix or quote.suffix)
    begin, end = position.start - len(quote.prefix), position.end + len(quote.suffix)
    before = _edit(draw, marked.text[:begin])
    new = before + marked.text[begin:end] + _edit(draw, marked.text[end:])
    start = len(before) + len(quote.prefix)
    place = TextPosition(start, start + len(quote.exact))
    assume(unicodedata.is_normalized("NFC", new) and widen_to_clusters(new, place) == place)
    assume(all(len(find_quote(text, quote.exact, quote.prefix, quote.suffix)) == 1 for text in (marked.text, new)))
    return Edited(marked.text, new, marked.selectors, place)


def _edit(draw: st.DrawFn, text: str) -> str:
    """Some of it is kept, in its order, with something new between."""
    first, last = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    return text[:first] + draw(texts) + text[last:]


@st.composite
def _deleted(draw: st.DrawFn) -> Edited:
    """Words unlike all others, and the text without them."""
    words = "".join(draw(st.lists(st.sampled_from(_CAPITALS), min_size=1, max_size=12))).strip()
    before, after = draw(texts), draw(texts)
    old = f"{before} {words} {after}"
    assume(unicodedata.is_normalized("NFC", old) and not any(map(str.isupper, before + after)))
    start = len(before) + 1
    return Edited(old, f"{before} {after}", describe(old, start, start + len(words)), TextPosition(start, start))


marked_texts = _marked_texts()
edited_around = _edited_around()
deleted = _deleted()

"""Finds the words that an annotation from elsewhere is about in the essay as it reads now, or says why it cannot.

A wrong place is worse than none: words that stand in several places need something that tells which is meant.
"""

from collections.abc import Sequence
from functools import lru_cache

from app.annotations.anchoring import Anchorer
from app.annotations.anchors import AMBIGUOUS, Anchor
from app.annotations.picking import PASSAGE_MAX, fold_signs
from app.annotations.protocol.problems import Problem
from app.annotations.protocol.targets import SentTarget
from app.essays.selectors import Selectors, TextPosition, TextQuote, verify

WHICH = "These words stand in the essay more than once: add a prefix and a suffix, or a TextPositionSelector."
ELSEWHERE = (
    "These words stand in the essay, but not between the prefix and suffix that came with them: correct these, or "
    "leave them out."
)


def place_targets(anchorer: Anchorer, text: str, targets: Sequence[SentTarget]) -> TextPosition:
    """The place of the first target that stands in the text. The reason why not is about the first of them."""
    problems: list[Problem] = []
    for target in targets:
        try:
            return _place(anchorer, text, target)
        except Problem as problem:
            problems.append(problem)
    raise problems[0]


def _place(anchorer: Anchorer, text: str, target: SentTarget) -> TextPosition:
    assert target.quote is not None
    quote = target.quote
    if quote.exact not in text and fold_signs(quote.exact) in (folded := fold_signs(text)):
        anchorer, text, quote = (
            _fold(folded),
            folded,
            TextQuote(*map(fold_signs, (quote.exact, quote.prefix, quote.suffix))),
        )
    place = _find(anchorer, text, target, quote)
    if place.end - place.start > PASSAGE_MAX:
        problem = f"This marks {place.end - place.start:,} characters; {PASSAGE_MAX:,} is the most. Mark less."
        raise Problem((*target.way, "selector"), problem)
    return place


@lru_cache(1)
def _fold(folded: str) -> Anchorer:
    """Of an import many annotations may have been typed with straight quotation marks."""
    return Anchorer(folded)


def _find(anchorer: Anchorer, text: str, target: SentTarget, quote: TextQuote) -> TextPosition:
    if target.position is not None:
        if verify(text, target.position, quote):
            return target.position
        return _ask(anchorer, text, target, quote, target.position)
    # Without a position one is made up at either end: what is found from both owes nothing to it.
    ends = (TextPosition(0, len(quote.exact)), TextPosition(len(text), len(text)))
    places = {_ask(anchorer, text, target, quote, end) for end in ends}
    if len(places) > 1:
        raise Problem((*target.way, "selector"), WHICH)
    return places.pop()


def _ask(anchorer: Anchorer, text: str, target: SentTarget, quote: TextQuote, near: TextPosition) -> TextPosition:
    anchor = anchorer.find(Selectors(near, quote))
    if anchor.place is None:
        raise Problem((*target.way, "selector"), _why_not(anchor, text, quote))
    return anchor.place


def _why_not(anchor: Anchor, text: str, quote: TextQuote) -> str:
    """Words that stand in the essay are not said to be missing: it is their context that is not there."""
    if anchor.reason == AMBIGUOUS:
        return WHICH
    return ELSEWHERE if quote.exact in text else f"These words were not found in the essay. {anchor.reason}"

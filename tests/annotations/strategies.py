"""Essays with passages anywhere, over formats and over blocks."""

from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from app.annotations.segments import MarkedPassage
from app.essays.blocks import CanonicalEssay
from app.essays.canonical import parse_essay
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

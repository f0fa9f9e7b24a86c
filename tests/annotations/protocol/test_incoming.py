"""Reading what other programs send: whatever it is, there are values or a problem with a pointer, never a fault."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotations.anchoring import Anchorer
from app.annotations.protocol.filling import annotation_form
from app.annotations.protocol.importing import find_items
from app.annotations.protocol.incoming import read_annotation
from app.annotations.protocol.placing import place_targets
from app.annotations.protocol.problems import Problem
from app.markdown import clean_text
from tests.annotations.protocol.test_writing import NOTE, PLACES, QUOTE

NAMES = [*NOTE, "id", "via", "canonical", "creator", "created", "source", "selector", "exact", "start", "end", "value"]
NAMES += ["purpose", "format", "bodyValue", "prefix", "suffix", "name", "items", "first", "next", "total"]
TEXTS = st.sampled_from([PLACES.essay, "TextQuoteSelector", "TextPositionSelector", "Annotation", "tagging", "x:y"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
)
WHOLE = NOTE | {
    "id": "x:1", "creator": {"name": "Ada"}, "created": "2026-01-01T00:00:00Z",
    "body": [NOTE["body"], {"type": "TextualBody", "purpose": "tagging", "value": "grain"}],
    "target": [{"source": PLACES.essay, "selector": [QUOTE, {"type": "TextPositionSelector", "start": 1, "end": 2}]}],
}  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """An annotation with one member, however deep, replaced by something else."""
    document = deepcopy(WHOLE)
    place: Any = document
    while True:
        key = draw(st.sampled_from(range(len(place)) if isinstance(place, list) else sorted(place)))
        if not isinstance(place[key], dict | list) or draw(st.booleans()):
            place[key] = draw(VALUES)
            return document
        place = place[key]


@given(document=spoilt() | VALUES)
def test_whatever_comes_is_read_or_refused_with_the_member_that_is_wrong(document: Any) -> None:
    try:
        sent = read_annotation(document)
        form = annotation_form(sent, 1, "0" * 8)
    except Problem as problem:
        is_pointer = problem.pointer == "" or problem.pointer.startswith("/")
    else:
        is_pointer = form.body == clean_text(sent.body) and bool(sent.targets)
    assert is_pointer


@given(document=VALUES)
def test_whatever_file_comes_is_read_or_refused(document: Any) -> None:
    try:
        items = find_items(document)
    except Problem:
        return
    assert isinstance(items, list)


def test_words_are_not_guessed_between_twins_that_only_a_position_could_tell_apart() -> None:
    text = "It rains and it pours all day long. Nobody came. It rains and it pours all day long."
    sent = read_annotation(
        NOTE
        | {"target": {"source": "x:y", "selector": {"type": "TextQuoteSelector", "exact": "It rains and it pours"}}}
    )
    with pytest.raises(Problem) as refused:
        place_targets(Anchorer(text), text, sent.targets)
    assert refused.value.pointer == "/target/selector"

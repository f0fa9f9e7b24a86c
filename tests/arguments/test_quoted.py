"""Finding typed words in an essay."""

import pytest

from app.arguments.quoted import places_of
from app.essays.nearest import nearest_words

TEXT = "The mill – “our mill” – should stay.\n\nThe river needs rest. The mill does not."


@pytest.mark.parametrize(("words", "found"), [
    ("should stay", ["should stay"]),
    ("The mill", ["The mill", "The mill"]),
    ('- "our mill" -', ["– “our mill” –"]),
    ("stay.  The river", ["stay.\n\nThe river"]),
    ("the mill", []),
    ("[a-z]+", []),
    ("   ", []),
])  # fmt: skip
def test_words_are_found_exactly_or_where_only_typing_differs(words: str, found: list[str]) -> None:
    assert [TEXT[place.start : place.end] for place in places_of(TEXT, words)] == found


def test_nearest_words_are_whole_words() -> None:
    assert nearest_words("the rivers need rest", TEXT).startswith("The river needs rest")
    assert nearest_words("☃☃☃", TEXT) == ""
    assert nearest_words("a zebra crossing", TEXT, least=60) == ""

"""Where words from elsewhere stand in the essay, or why they are refused."""

import pytest

from app.annotations.anchoring import Anchorer
from app.annotations.protocol.placing import ELSEWHERE, WHICH, place_targets
from app.annotations.protocol.problems import Problem
from app.annotations.protocol.targets import SentTarget
from app.essays.selectors import TextPosition, TextQuote

TEXT = (
    "They said: “It’s the town’s mill – ours.”\n\nNobody has measured it. Nobody has asked. It's late, and “it’s” late."
)


def place(exact: str, prefix: str = "", suffix: str = "", position: TextPosition | None = None) -> str:
    target = SentTarget((), None, TextQuote(exact, prefix, suffix), position)
    found = place_targets(Anchorer(TEXT), TEXT, [target])
    return TEXT[found.start : found.end]


@pytest.mark.parametrize(
    ("typed", "there"),
    [("It's the town's mill", "It’s the town’s mill"), ("\"It's", "“It’s"), ("mill - ours", "mill – ours")],
)
def test_words_are_found_with_the_signs_that_keyboards_have(typed: str, there: str) -> None:
    assert place(typed) == there
    assert place(typed, position=TextPosition(TEXT.index(there), TEXT.index(there) + len(there))) == there


def test_context_tells_apart_what_is_the_same_but_for_its_signs() -> None:
    assert place('"it\'s"', prefix="late, and ", suffix=" late") == "“it’s”"


def test_words_that_stand_there_as_they_are_go_before_those_that_only_look_like_them() -> None:
    assert place("It's late") == "It's late"


@pytest.mark.parametrize(
    ("exact", "prefix", "reason"),
    [
        ("Nobody has", "", WHICH),
        ("asked", "what the miller had long ", ELSEWHERE),
        ("quite different words", "", "These words were not found in the essay. No similar words are left."),
    ],
)
def test_the_reason_fits_what_was_sent(exact: str, prefix: str, reason: str) -> None:
    with pytest.raises(Problem) as refusal:
        place(exact, prefix)
    assert refusal.value.reason == reason

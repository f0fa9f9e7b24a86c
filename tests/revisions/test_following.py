"""Passages follow their words from wording to wording."""

import pytest

from app.essays.selectors import TextPosition, describe
from app.models import PlacementState
from app.revisions.following import LEFT_BY_HAND, Outcome, Standing, follow_all, place_by_hand

FIRST = (
    "The mill has stood beside the river for two hundred years.\n\n"
    "It feeds the town, and whoever closes it must say who will.\n\n"
    "Nobody has measured what the river needs."
)
SECOND = FIRST.replace("two hundred years", "three hundred years")
EXACT, MOVED, FUZZY, ORPHAN = PlacementState


def standing(text: str, words: str, **values: object) -> Standing:
    start = text.index(words)
    selectors = describe(text, start, start + len(words))
    quote = selectors.quote
    fields = {
        "passage_id": 1, "revision_id": 1, "start": start, "end": start + len(words),
        "exact": quote.exact, "prefix": quote.prefix, "suffix": quote.suffix, "state": EXACT, "last_revision_id": 1,
        "last_state": EXACT, "last_start": start, "last_end": start + len(words), "is_by_hand": False,
        "placed_by_id": None,
    }  # fmt: skip
    return Standing(**{**fields, **values})  # type: ignore[arg-type]


def follow(text: str, one: Standing, *old_texts: str) -> Outcome:
    (outcome,) = follow_all(text, tuple(enumerate(old_texts or (FIRST,), start=1)), [one])
    return outcome


def words(text: str, outcome: Outcome) -> str:
    place = outcome.anchor.place
    return text[place.start : place.end] if place else ""


def on_second(text: str, marked: str, stands: str, state: PlacementState, **values: object) -> Standing:
    """Marked on the first wording, last seen on the second one."""
    start = text.index(stands)
    return standing(
        FIRST, marked, state=state, last_state=state, last_revision_id=2, last_start=start,
        last_end=start + len(stands), **values,
    )  # fmt: skip


def test_words_that_stay_stand_exactly_and_words_that_move_have_moved() -> None:
    assert follow(FIRST, standing(FIRST, "It feeds the town")).anchor.state == EXACT
    longer = "A preface that was not there before.\n\n" + FIRST
    outcome = follow(longer, standing(FIRST, "It feeds the town"))
    assert (outcome.anchor.state, words(longer, outcome)) == (MOVED, "It feeds the town")


def test_words_that_were_changed_are_fuzzy_and_words_that_are_gone_are_orphans() -> None:
    outcome = follow(SECOND, standing(FIRST, "The mill has stood beside the river for two hundred years."))
    assert (outcome.anchor.state, words(SECOND, outcome)) == (
        FUZZY, "The mill has stood beside the river for three hundred years.",
    )  # fmt: skip
    gone = FIRST.partition("\n\n")[0]
    assert follow(gone, standing(FIRST, "Nobody has measured what the river needs.")).anchor.state == ORPHAN


def test_changed_words_that_are_mended_stand_as_they_were_marked() -> None:
    marked = "The mill has stood beside the river for two hundred years."
    stands = marked.replace("two", "three")
    outcome = follow(FIRST, on_second(SECOND, marked, stands, FUZZY), FIRST, SECOND)
    assert (outcome.anchor.state, words(FIRST, outcome)) == (EXACT, marked)


def test_changed_words_that_stay_are_still_compared_with_those_that_were_marked() -> None:
    marked = "The mill has stood beside the river for two hundred years."
    stands = marked.replace("two", "three")
    third = "A preface.\n\n" + SECOND
    outcome = follow(third, on_second(SECOND, marked, stands, FUZZY), FIRST, SECOND)
    assert (outcome.anchor.state, words(third, outcome)) == (FUZZY, stands)
    assert outcome.anchor.score < 1


def test_small_changes_do_not_add_up_to_other_words() -> None:
    marked = "It feeds the town, and whoever closes it must say who will."
    steps = [
        FIRST,
        FIRST.replace("feeds the town", "feeds a city"),
        FIRST.replace(marked, "It robs a city, and whoever owns it must say who will."),
        FIRST.replace(marked, "It robs a city, and whoever owns it has to know why."),
        FIRST.replace(marked, "It robs a land, and nobody owns what has no reason."),
    ]
    one, state = standing(FIRST, marked), EXACT
    for number, text in enumerate(steps[1:], start=2):
        outcome = follow(text, one, *steps[: number - 1])
        state = outcome.anchor.state
        if outcome.anchor.place is None:
            break
        place = outcome.anchor.place
        one = one._replace(
            state=state, last_state=state, last_revision_id=number, last_start=place.start, last_end=place.end
        )
    assert state == ORPHAN


def test_an_orphan_whose_words_come_back_is_found_again() -> None:
    marked = "Nobody has measured what the river needs."
    without = FIRST.replace("\n\n" + marked, "")
    outcome = follow(FIRST, standing(FIRST, marked, state=ORPHAN), FIRST, without)
    assert (outcome.anchor.state, words(FIRST, outcome)) == (EXACT, marked)


def test_a_place_given_by_hand_is_followed() -> None:
    by_hand = on_second(SECOND, "It feeds the town", "Nobody has measured", FUZZY, is_by_hand=True, placed_by_id=7)
    third = "A preface.\n\n" + SECOND
    outcome = follow(third, by_hand, FIRST, SECOND)
    assert (words(third, outcome), outcome.is_by_hand, outcome.placed_by_id) == ("Nobody has measured", True, 7)
    assert outcome.anchor.state == FUZZY
    assert follow(FIRST.partition("\n\n")[0], by_hand, FIRST, SECOND).anchor.state == ORPHAN


@pytest.mark.parametrize("stands", ["It feeds the town", "Nobody has measured"])
def test_what_is_placed_by_hand_is_judged_by_its_words(stands: str) -> None:
    start = SECOND.index(stands)
    place = TextPosition(start, start + len(stands))
    outcome = place_by_hand(SECOND, standing(FIRST, "It feeds the town"), place, 7)
    assert outcome.anchor.place == place
    assert outcome.anchor.state == (MOVED if stands == "It feeds the town" else FUZZY)
    assert 0 <= outcome.anchor.score <= 1


def test_what_is_left_as_an_orphan_stands_nowhere() -> None:
    outcome = place_by_hand(SECOND, standing(FIRST, "It feeds the town"), None, 7)
    assert (outcome.anchor.state, outcome.anchor.place, outcome.anchor.reason) == (ORPHAN, None, LEFT_BY_HAND)

"""What is known of where a passage stands, and how it is said to readers."""

from dataclasses import dataclass

from app.annotations.likeness import Likeness
from app.essays.selectors import TextPosition
from app.models.essay import PlacementState

NO_WORDS = "No words were kept that could be looked for."
NOTHING_ALIKE = "No similar words are left."
TOO_DIFFERENT = "Similar words are left, but not similar enough to be sure that they are the same."
SURROUNDINGS_GONE = "Its words are too few to be known again without their surroundings, which have changed."
AMBIGUOUS = "Its words stand in several places, and nothing tells which of them is meant."
REWORDED = "Its words were changed."
FOREIGN = "Similar words are left, but those stood elsewhere before."

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a passage stands. `place` is None exactly for orphans; `score` is 1 for unchanged words.

    An orphan's score is that of the best place that was refused, 0 if none was found.
    """

    state: PlacementState
    place: TextPosition | None
    score: float
    reason: str


def orphan(reason: str, score: float = 0.0) -> Anchor:
    return Anchor(PlacementState.ORPHAN, None, score, reason)


def refused(likeness: Likeness) -> Anchor:
    """For a place that is not like enough."""
    if likeness.is_alike:
        return orphan(SURROUNDINGS_GONE, likeness.score)
    return orphan(TOO_DIFFERENT if likeness.quote else NOTHING_ALIKE, likeness.score if likeness.quote else 0.0)


def unchanged(place: TextPosition, old_start: int, paragraphs_down: int | None) -> Anchor:
    """The same words. `paragraphs_down` is how many paragraphs further down they stand, if that is known."""
    if place.start == old_start:
        return Anchor(PlacementState.EXACT, place, 1.0, "Its words stand where they stood.")
    where = _how_far(place.start - old_start, paragraphs_down)
    return Anchor(PlacementState.MOVED, place, 1.0, f"Its words are unchanged and stand {where}.")


def _how_far(characters: int, paragraphs: int | None) -> str:
    way = "down" if (paragraphs or characters) > 0 else "up"
    if paragraphs is None:
        return f"further {way}"
    if not paragraphs:
        return "further on in their paragraph" if characters > 0 else "further up in their paragraph"
    count = abs(paragraphs)
    number = _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
    return f"{number} paragraph{'s' if count > 1 else ''} further {way}"


def changed(place: TextPosition, likeness: Likeness) -> Anchor:
    return Anchor(PlacementState.FUZZY, place, likeness.score, REWORDED)

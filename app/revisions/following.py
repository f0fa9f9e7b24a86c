"""Where passages go when the essay gets a new wording: pure, for a whole debate at once.

A passage is looked for from the revision on which it was marked, so that its words are always compared with those that
somebody meant; the last place that it had tells which of several places is meant. A place that somebody gave it by hand
goes before all this and is followed from then on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from app.annotations.anchoring import Anchor, Anchorer
from app.annotations.anchors import REWORDED, TOO_DIFFERENT, changed, orphan, unchanged
from app.annotations.likeness import compare
from app.essays.selectors import CONTEXT_CHARACTERS, Selectors, TextPosition, TextQuote
from app.models import PlacementState

SAME_WORDS = frozenset({PlacementState.EXACT, PlacementState.MOVED})
LEFT_BY_HAND = "A person decided that these words stand nowhere in this wording."
CHOICES_KEPT = (
    8  # Outcomes of drafts that hosts are looking at: a review is often loaded several times, then published.
)


class Standing(NamedTuple):
    """A passage as it was marked, and its last place: on the newest revision, or for an orphan on an earlier one."""

    passage_id: int
    revision_id: int
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    state: PlacementState  # On the newest revision.
    last_revision_id: int
    last_state: PlacementState
    last_start: int
    last_end: int
    is_by_hand: bool
    placed_by_id: int | None

    @property
    def selectors(self) -> Selectors:
        return Selectors(TextPosition(self.start, self.end), TextQuote(self.exact, self.prefix, self.suffix))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a passage in the new wording."""

    passage_id: int
    anchor: Anchor
    is_by_hand: bool = False
    placed_by_id: int | None = None


OldTexts = tuple[tuple[int, str], ...]  # By the ids of their revisions.


def follow_all(
    text: str, old_texts: OldTexts, standings: Sequence[Standing], advance: Callable[[], object] = lambda: None
) -> list[Outcome]:
    """`advance` is called for each passage."""
    follower = _Follower(text, dict(old_texts))
    outcomes = []
    for standing in standings:
        outcomes.append(follower.follow(standing))
        advance()
    return outcomes


@lru_cache(CHOICES_KEPT)
def follow_all_once(text: str, old_texts: OldTexts, standings: tuple[Standing, ...]) -> tuple[Outcome, ...]:
    return tuple(follow_all(text, old_texts, standings))


def place_by_hand(text: str, standing: Standing, place: TextPosition | None, user_id: int | None) -> Outcome:
    """Where somebody says that it stands, or that it stands nowhere."""
    anchor = orphan(LEFT_BY_HAND) if place is None else judge_place(text, standing, place)
    return Outcome(standing.passage_id, anchor, is_by_hand=True, placed_by_id=user_id)


def judge_place(text: str, standing: Standing, place: TextPosition) -> Anchor:
    """What is to be said of a place that is not in question, whatever its words."""
    here = text[place.start : place.end]
    if here == standing.exact:
        return unchanged(place, standing.start, None)
    score = Levenshtein.normalized_similarity(standing.exact, here)
    return Anchor(PlacementState.FUZZY, place, score, REWORDED)


class _Follower:
    def __init__(self, text: str, old_texts: Mapping[int, str]) -> None:
        self._text = text
        self._old_texts = old_texts
        self._anchorers: dict[int, Anchorer] = {}

    def follow(self, standing: Standing) -> Outcome:
        if standing.is_by_hand:
            return self._follow_hand(standing)
        own = self._find(standing.revision_id, standing.selectors)
        if self._stands_as_marked(standing):
            return Outcome(standing.passage_id, own)
        last = self._find(standing.last_revision_id, self._last_selectors(standing))
        return Outcome(standing.passage_id, self._weigh(standing, own, last))

    def _follow_hand(self, standing: Standing) -> Outcome:
        last = self._find(standing.last_revision_id, self._last_selectors(standing))
        anchor = judge_place(self._text, standing, last.place) if last.place else last
        return Outcome(standing.passage_id, anchor, is_by_hand=True, placed_by_id=standing.placed_by_id)

    def _weigh(self, standing: Standing, own: Anchor, last: Anchor) -> Anchor:
        """Between the place of the words as they were marked, and that of the words on which it stood last."""
        is_back = own.state in SAME_WORDS and standing.last_state not in SAME_WORDS
        if is_back or own.place == last.place:
            return own
        if last.place is None or (standing.state == PlacementState.ORPHAN and last.state not in SAME_WORDS):
            return own
        if last.state in SAME_WORDS:
            return judge_place(self._text, standing, last.place)
        likeness = compare(self._text, last.place, standing.selectors, within_paragraph=True)
        is_enough = likeness.is_enough(len(standing.exact))
        return changed(last.place, likeness) if is_enough else orphan(TOO_DIFFERENT, likeness.score)

    def _stands_as_marked(self, standing: Standing) -> bool:
        return standing.last_revision_id == standing.revision_id

    def _last_selectors(self, standing: Standing) -> Selectors:
        text, start, end = self._old_texts[standing.last_revision_id], standing.last_start, standing.last_end
        before, after = text[max(start - CONTEXT_CHARACTERS, 0) : start], text[end : end + CONTEXT_CHARACTERS]
        return Selectors(TextPosition(start, end), TextQuote(text[start:end], before, after))

    def _find(self, revision_id: int, selectors: Selectors) -> Anchor:
        if revision_id not in self._anchorers:
            self._anchorers[revision_id] = Anchorer(self._text, self._old_texts[revision_id])
        return self._anchorers[revision_id].find(selectors)

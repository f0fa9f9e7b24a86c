"""Places that a host has given passages in a draft: kept with it, and carried along when its text changes."""

from collections.abc import Mapping
from typing import Any

from app.annotations.anchoring import Anchorer
from app.essays.selectors import TextPosition, describe
from app.models import PlacementState

Places = Mapping[int, TextPosition | None]  # By passage; nothing where it is to be left without a place.


def read_places(stored: Mapping[str, Any]) -> dict[int, TextPosition | None]:
    return {int(id_): TextPosition(*place) if place else None for id_, place in stored.items()}


def write_places(places: Places) -> dict[str, list[int] | None]:
    return {str(id_): [place.start, place.end] if place else None for id_, place in places.items()}


def carry_places(old_text: str, new_text: str, places: Places) -> dict[int, TextPosition | None]:
    """The places whose words are still there after an edit of the draft; the others have to be given again."""
    if old_text == new_text or not places:
        return dict(places)
    anchorer = Anchorer(new_text, old_text)
    carried: dict[int, TextPosition | None] = {}
    for id_, place in places.items():
        if place is None:
            carried[id_] = None
            continue
        anchor = anchorer.find(describe(old_text, place.start, place.end))
        if anchor.state in (PlacementState.EXACT, PlacementState.MOVED):
            carried[id_] = anchor.place
    return carried

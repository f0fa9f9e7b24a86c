"""Which arguments marked words can speak to: those that rest on the same words, then the nearest ones."""

from dataclasses import dataclass

from app.annotations.notes import Pointer
from app.annotations.pointers import load_contents, load_pointers
from app.arguments.cards import ArgumentCard
from app.db import Reader
from app.essays.queries import Revision
from app.essays.selectors import TextPosition

OFFERED = 8  # Of each kind: enough to choose from, and the rest is a link away in the essay.


@dataclass(frozen=True, slots=True)
class Answerable:
    """Arguments on some of the words, the strongest first; and others nearby, the nearest first."""

    on_words: list[ArgumentCard]
    nearby: list[ArgumentCard]


async def load_answerable(db: Reader, revision: Revision, place: TextPosition) -> Answerable:
    pointers = [pointer for pointer in await load_pointers(db, revision) if pointer.argument_id and pointer.is_listed]
    nearest: dict[int, int] = {}
    for pointer in pointers:
        distance = _distance(pointer, place)
        assert pointer.argument_id is not None
        nearest[pointer.argument_id] = min(distance, nearest.get(pointer.argument_id, distance))
    on_words = [id for id, distance in nearest.items() if distance == 0][:OFFERED]
    nearby = sorted((id for id, distance in nearest.items() if distance > 0), key=nearest.__getitem__)[:OFFERED]
    chosen = {*on_words, *nearby}
    cards = (await load_contents(db, revision.debate_id, [p for p in pointers if p.argument_id in chosen])).arguments
    return Answerable([cards[id] for id in on_words], [cards[id] for id in nearby])


def _distance(pointer: Pointer, place: TextPosition) -> int:
    """Characters between the two; 0 where they share words."""
    return max(0, pointer.start - place.end + 1, place.start - pointer.end + 1)

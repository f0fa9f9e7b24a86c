"""What a search page shows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.actor import Actor
from app.db import Reader
from app.models import Debate, Position
from app.permissions import visible_debates
from app.search.annotations import find_annotations
from app.search.arguments import find_arguments
from app.search.essays import find_essays
from app.search.filters import SearchFilter
from app.search.found import SHOWN, SHOWN_OF_EACH, Found, Place, Search
from app.search.people import find_people
from app.search.spelling import correct

Finder = Callable[[Reader, Actor, Search], Awaitable[Found[Any]]]
FINDERS: dict[str, Finder] = {
    "arguments": find_arguments,
    "annotations": find_annotations,
    "essays": find_essays,
    "people": find_people,
}
PLACES_OF_POSITIONS = ["A, the first", "B, the second", "C, the third", "D, the fourth", "E, the fifth"]
DEBATES_OFFERED = 100  # In the list of debates to choose from, the newest; others are reached from their own pages.


@dataclass(frozen=True, slots=True)
class SearchPage:
    chosen: SearchFilter
    debates: list[tuple[str, str]]  # Slugs and motions.
    positions: list[tuple[str, str]]  # Numbers and names, of the chosen debate or without one by their places.
    found: Mapping[str, Found[Any]]  # By kind; empty before anything was asked.
    corrected: str | None  # What was looked for instead, where the words as typed were not found.
    after: str

    @property
    def is_asked(self) -> bool:
        return bool(self.found)

    @property
    def is_empty(self) -> bool:
        return not any(found.total for found in self.found.values())


async def load_search_page(db: Reader, actor: Actor, chosen: SearchFilter, after: str) -> SearchPage:
    """At most ten statements: the debates, each kind, and each kind again for corrected words."""
    found, corrected = await _find(db, actor, chosen, chosen.words, after), None
    if chosen.q and not any(each.total for each in found.values()):
        corrected = await correct(db, chosen.words)
        again = await _find(db, actor, chosen, corrected, after) if corrected else {}
        if any(each.total for each in again.values()):
            found = again
        else:
            corrected = None
    debates, positions = await _load_choices(db, actor, chosen)
    return SearchPage(chosen, debates, positions, found, corrected, after)


async def _find(db: Reader, actor: Actor, chosen: SearchFilter, words: str, after: str) -> dict[str, Found[Any]]:
    """Without words only within a debate, of an author, or what moderators took: all that was ever written is no
    answer."""
    if not (words or chosen.debate or chosen.author or chosen.state in ("hidden", "removed")):
        return {}
    shown = SHOWN if len(chosen.kinds) == 1 else SHOWN_OF_EACH
    search = Search(chosen, words, shown, Place.parse(after) if len(chosen.kinds) == 1 else None)
    return {kind: await FINDERS[kind](db, actor, search) for kind in chosen.kinds}


async def _load_choices(
    db: Reader, actor: Actor, chosen: SearchFilter
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Debates, the chosen one first, and positions."""
    is_chosen = Debate.slug == chosen.debate
    names = func.array_agg(aggregate_order_by(Position.name, Position.number))
    of_chosen = select(names).where(Position.debate_id == Debate.id, is_chosen).scalar_subquery()
    statement = select(Debate.slug, Debate.motion, of_chosen).where(visible_debates(actor))
    newest = statement.order_by(is_chosen.desc(), Debate.id.desc()).limit(DEBATES_OFFERED)
    rows = (await db.execute(newest)).all()
    named = zip("ABCDE", (rows and rows[0][2]) or (), strict=False)
    positions = [f"{letter}: {name}" for letter, name in named] or PLACES_OF_POSITIONS
    return [(slug, motion) for slug, motion, _ in rows], [(str(i), name) for i, name in enumerate(positions, 1)]

"""What a search page shows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.actor import Actor
from app.db import Reader
from app.models import Debate
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
DEBATES_OFFERED = 100  # In the list of debates to choose from, the newest; others are reached from their own pages.


@dataclass(frozen=True, slots=True)
class SearchPage:
    chosen: SearchFilter
    debates: list[tuple[str, str]]  # Slugs and motions.
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
    return SearchPage(chosen, await _load_debates(db, actor, chosen), found, corrected, after)


async def _find(db: Reader, actor: Actor, chosen: SearchFilter, words: str, after: str) -> dict[str, Found[Any]]:
    """Without words only within a debate, of an author, or what moderators took: all that was ever written is no
    answer."""
    if not (words or chosen.debate or chosen.author or chosen.state in ("hidden", "removed")):
        return {}
    shown = SHOWN if len(chosen.kinds) == 1 else SHOWN_OF_EACH
    search = Search(chosen, words, shown, Place.parse(after) if len(chosen.kinds) == 1 else None)
    return {kind: await FINDERS[kind](db, actor, search) for kind in chosen.kinds}


async def _load_debates(db: Reader, actor: Actor, chosen: SearchFilter) -> list[tuple[str, str]]:
    newest = (Debate.slug == chosen.debate).desc(), Debate.id.desc()
    statement = select(Debate.slug, Debate.motion).where(visible_debates(actor)).order_by(*newest)
    return [(slug, motion) for slug, motion in await db.execute(statement.limit(DEBATES_OFFERED))]

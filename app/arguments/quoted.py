"""Words of the essay that an argument rests on: typed and found there, or a passage handed over."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.queries import Cited, select_cited
from app.db import Reader
from app.essays.commands import find_or_make_passage
from app.essays.nearest import nearest_words
from app.essays.selectors import MAX_PLACES, TextPosition, describe, find_quote
from app.models import Citation, EssayRevision, Paragraph, Passage, Placement

PLACES_ASKED = 8  # More than one can compare at a glance: then a few more words tell the places apart.
NEAREST_BY = (
    200  # Characters of the words that the nearest ones are sought by; ten times as many take ten times as long.
)
NEAR_ENOUGH = 60  # Of 100: less alike, a suggestion would only puzzle.

# Keyboards have straight quotation marks and hyphens where print has others. One for one, so that offsets hold.
_PLAIN = str.maketrans("“”„‟«»‘’‚‛‐‑‒–—", '""""""\'\'\'\'-----')


@dataclass(frozen=True, slots=True)
class Quoted:
    """A range of the essay: a passage, or (passage 0) a place in `revision` that nobody has pointed at before."""

    start: int
    end: int
    cited: Cited
    revision: EssayRevision | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why words could not be found in one place, and the places to choose from where there are several."""

    problem: str
    places: tuple[Quoted, ...] = ()


async def find_passage(db: Reader, debate_id: int, passage_id: int) -> Quoted | None:
    place = (func.coalesce(Placement.start, Passage.start), func.coalesce(Placement.end, Passage.end))
    statement = select_cited(*place).where(Passage.debate_id == debate_id, Passage.id == passage_id)
    row = (await db.execute(statement)).one_or_none()
    return Quoted(row[-2], row[-1], Cited._make(row[:-2])) if row else None


async def find_words(db: AsyncSession, debate_id: int, words: str, place: int | None) -> Quoted | Unclear:
    """The place of these words in the newest revision; where there are several, the one that starts at `place`."""
    revision = await _newest_revision(db, debate_id)
    if revision is None:
        return Unclear("This debate has no essay to quote from.")
    found = places_of(revision.text, words)
    if not found:
        return Unclear(_nearest(words, revision.text))
    if len(found) > PLACES_ASKED:
        return Unclear("These words stand in many places of the essay. Please quote a few more around them.")
    starts = await _paragraph_starts(db, revision)
    quoted = tuple(_quote(revision, position, starts) for position in found)
    chosen = quoted if len(quoted) == 1 else [one for one in quoted if one.start == place]
    return chosen[0] if chosen else Unclear("These words stand in several places. Choose which you mean.", quoted)


def places_of(text: str, words: str) -> list[TextPosition]:
    """Where exactly these words stand; if nowhere, where only line ends, blanks, quotation marks or dashes differ."""
    if exact := find_quote(text, words):
        return exact
    pattern = r"\s+".join(map(re.escape, words.translate(_PLAIN).split()))
    places = re.finditer(pattern, text.translate(_PLAIN)) if pattern else iter(())
    return [TextPosition(*match.span()) for match in islice(places, MAX_PLACES)]


def _nearest(words: str, text: str) -> str:
    nearest = nearest_words(words[:NEAREST_BY], text, NEAR_ENOUGH)
    problem = "The essay does not have these words."
    return f"{problem} The nearest are “{nearest}”." if nearest else f"{problem} Please copy them from there."


def _quote(revision: EssayRevision, position: TextPosition, paragraph_starts: list[int]) -> Quoted:
    selectors = describe(revision.text, position.start, position.end)
    place, quote = selectors.position, selectors.quote
    number = bisect_right(paragraph_starts, place.start)
    return Quoted(place.start, place.end, Cited(0, number, quote.prefix, quote.exact, quote.suffix), revision)


async def _newest_revision(db: AsyncSession, debate_id: int) -> EssayRevision | None:
    statement = select(EssayRevision).where(EssayRevision.debate_id == debate_id)
    return (await db.execute(statement.order_by(EssayRevision.number.desc()).limit(1))).scalar_one_or_none()


async def _paragraph_starts(db: AsyncSession, revision: EssayRevision) -> list[int]:
    """Of all paragraphs, which are numbered from 1 without gaps."""
    statement = (
        select(Paragraph.start)
        .where(Paragraph.debate_id == revision.debate_id, Paragraph.revision_id == revision.id)
        .order_by(Paragraph.number)
    )
    return list((await db.execute(statement)).scalars())


async def cite(db: AsyncSession, debate_id: int, argument_id: int, quoted: Quoted) -> None:
    """Note that the argument rests on these words."""
    passage_id = quoted.cited.passage_id
    if quoted.revision is not None:
        passage_id = (await find_or_make_passage(db, quoted.revision, quoted.start, quoted.end)).id
    db.add(Citation(debate_id=debate_id, argument_id=argument_id, passage_id=passage_id))

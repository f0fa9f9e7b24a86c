"""Sources outside the essay that an argument rests on: described once in a debate, cited as often as one likes."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Row, and_, bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.arguments.limits import SOURCES_MAX
from app.db import Reader, touch_debate
from app.models import Argument, HouseRule, Source, SourceCitation
from app.taken import name_taken, say_taken

SOURCES_OFFERED = 50  # Titles of this debate's sources, beside the field: more would not be looked through.
CHANGES_SHOWN = 40  # Of an argument's sources in its history, the newest.

_LINK = re.compile(r"https?://", re.IGNORECASE)


class SourceDraft(NamedTuple):
    """A source as it will be cited; with id 0, one that this debate does not have yet."""

    id: int
    title: str
    address: str
    words: str
    hidden_by_id: int | None = None  # The decision by which moderators hid it.
    removed_under: HouseRule | None = None  # Or removed it: by which rule.

    @property
    def is_link(self) -> bool:
        return is_link(self.address)

    @property
    def host(self) -> str:
        return host_of(self.address)


class SourceProblem(NamedTuple):
    field: str
    sentence: str


class SourceChange(NamedTuple):
    """When an argument began to cite a source, and when it stopped."""

    source_id: int
    title: str | None  # None where moderators hid it.
    removed_under: HouseRule | None
    added_at: datetime
    removed_at: datetime | None

    @property
    def words(self) -> str:
        return f"“{self.title}”" if self.title is not None else name_taken("A source", self.removed_under)


def is_link(address: str) -> bool:
    return _LINK.match(address) is not None


def host_of(address: str) -> str:
    """The site of a link, which tells readers where it leads; nothing for a reference in words."""
    return (urlsplit(address).hostname or "").removeprefix("www.") if is_link(address) else ""


def tidy_address(address: str) -> str | None:
    """The one spelling of a link under which it is kept, or words as they are; None for a link that leads nowhere."""
    if address.lower().startswith("www."):
        address = f"https://{address}"
    if not is_link(address):
        return address
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if "." not in host or parts.username is not None or re.search(r"\s", address):
        return None
    return urlunsplit((parts.scheme.lower(), host + port, parts.path or "/", parts.query, parts.fragment))


async def draft_source(
    db: Reader, debate_id: int, title: str, address: str, words: str
) -> SourceDraft | SourceProblem | None:
    """The source that these fields mean, nothing where they are empty, or what is wrong with one of them."""
    if not (title or address):
        return SourceProblem("source_title", "Say which source these words are from.") if words else None
    tidy = tidy_address(address)
    if tidy is None:
        return SourceProblem("source_address", "This link leads nowhere. Please copy it from the browser again.")
    known = await _find_known(db, debate_id, title, tidy)
    if known is not None:
        if known.hidden_by_id is not None:
            gone = say_taken("this source", known.removed_under)
            return SourceProblem("source_address", f"{gone}, so it cannot be cited.")
        return SourceDraft(known.id, known.title, known.address, words)
    if not address:
        return SourceProblem(
            "source_address",
            "Say where it can be found: a link, or author, year and page. "
            "A title alone is enough only for a source that this debate has already.",
        )
    if not title:
        return SourceProblem("source_title", "Give it a title, so that readers know what it is.")
    return SourceDraft(0, title, tidy, words)


async def _find_known(
    db: Reader, debate_id: int, title: str, address: str
) -> Row[int, str, str, int | None, HouseRule | None] | None:
    """By its address; by its title where no address is given, of several the oldest."""
    wanted = Source.address == address if address else func.lower(Source.title) == title.lower()
    known = select(Source.id, Source.title, Source.address, Source.hidden_by_id, Source.removed_under)
    statement = known.where(Source.debate_id == debate_id, wanted).order_by(Source.id).limit(1)
    return (await db.execute(statement)).one_or_none()


async def load_titles(db: Reader, debate_id: int) -> list[str]:
    """Of the newest sources that readers can see, to choose from."""
    return list((await db.execute(_TITLES, {"debate": debate_id})).scalars())


# What readers see of a source: citations that stand, by arguments that moderators have not hidden.
CITES = and_(Argument.debate_id == SourceCitation.debate_id, Argument.id == SourceCitation.argument_id)
STANDS = and_(SourceCitation.removed_at.is_(None), Argument.hidden_by_id.is_(None))
STANDING_CITATIONS = (
    select(SourceCitation.id)
    .join(Argument, CITES)
    .where(SourceCitation.debate_id == Source.debate_id, SourceCitation.source_id == Source.id, STANDS)
)
IS_CITED = STANDING_CITATIONS.exists()
_TITLES = (
    select(Source.title)
    .where(Source.debate_id == bindparam("debate"), Source.hidden_by_id.is_(None), IS_CITED)
    .order_by(Source.id.desc())
    .limit(SOURCES_OFFERED)
)


_AS_CITED = (
    Source.id, Source.title, Source.address, SourceCitation.words, Source.hidden_by_id, Source.removed_under,
)  # fmt: skip


async def load_sources(db: Reader, debate_id: int, argument_id: int) -> list[SourceDraft]:
    """What the argument cites, in the order in which it was added, with what moderators hid of it."""
    statement = (
        select(*_AS_CITED)
        .join(Source, and_(Source.debate_id == SourceCitation.debate_id, Source.id == SourceCitation.source_id))
        .where(
            SourceCitation.debate_id == debate_id, SourceCitation.argument_id == argument_id,
            SourceCitation.removed_at.is_(None),
        )
        .order_by(SourceCitation.id)
    )  # fmt: skip
    return [SourceDraft._make(row) for row in await db.execute(statement)]


async def load_source_changes(db: Reader, debate_id: int, argument_id: int) -> list[SourceChange]:
    statement = (
        select(
            Source.id, case((Source.hidden_by_id.is_(None), Source.title)), Source.removed_under,
            SourceCitation.added_at, SourceCitation.removed_at,
        )
        .join(Source, and_(Source.debate_id == SourceCitation.debate_id, Source.id == SourceCitation.source_id))
        .where(SourceCitation.debate_id == debate_id, SourceCitation.argument_id == argument_id)
        .order_by(SourceCitation.id.desc())
        .limit(CHANGES_SHOWN)
    )  # fmt: skip
    return [SourceChange._make(row) for row in await db.execute(statement)]


async def cite_source(db: AsyncSession, debate_id: int, argument_id: int, source: SourceDraft) -> SourceProblem | None:
    """Cite it for an argument whose row is locked. Cited already, only its words are put in place of the earlier."""
    cited = await load_sources(db, debate_id, argument_id)
    source_id = source.id or await _make_source(db, debate_id, argument_id, source)
    if same := [each for each in cited if each.id == source_id]:
        if same[0].words == source.words:
            return None
        await remove_source(db, debate_id, argument_id, source_id)
    elif len(cited) >= SOURCES_MAX:
        return SourceProblem(
            "source_title", f"An argument can rest on {SOURCES_MAX} sources: remove one of them first."
        )
    place = {"debate_id": debate_id, "argument_id": argument_id, "source_id": source_id}
    await db.execute(insert(SourceCitation).values(**place, words=source.words))
    touch_debate(db, debate_id)
    return None


async def _make_source(db: AsyncSession, debate_id: int, argument_id: int, source: SourceDraft) -> int:
    """By the argument's author. Somebody else may just have described the same one: then theirs it is."""
    author = select(Argument.author_id).where(Argument.debate_id == debate_id, Argument.id == argument_id)
    described = {"title": source.title, "address": source.address}
    values = {"debate_id": debate_id, **described, "added_by_id": author.scalar_subquery()}
    statement = insert(Source).values(**values)
    kept = statement.on_conflict_do_update(
        index_elements=["debate_id", "address"], set_={"address": statement.excluded.address}
    )
    return (await db.execute(kept.returning(Source.id))).scalar_one()


async def remove_source(db: AsyncSession, debate_id: int, argument_id: int, source_id: int) -> None:
    """Cite it no more; that it was cited stays in the argument's history."""
    standing = update(SourceCitation).where(
        SourceCitation.debate_id == debate_id, SourceCitation.argument_id == argument_id,
        SourceCitation.source_id == source_id, SourceCitation.removed_at.is_(None),
    )  # fmt: skip
    await db.execute(standing.values(removed_at=func.now()))
    touch_debate(db, debate_id)

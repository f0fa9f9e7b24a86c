"""What the pages of sources read: all of a debate, and one with the arguments that cite it."""

from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.arguments.cards import ArgumentCard, select_cards
from app.arguments.sources import CITES, IS_CITED, STANDING_CITATIONS, STANDS, host_of, is_link
from app.db import Reader
from app.errors import NotFound
from app.models import Argument, HouseRule, Source, SourceCitation, User

SOURCES_SHOWN = 50
CITATIONS_SHOWN = 20

_COUNT = STANDING_CITATIONS.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()


class ListedSource(NamedTuple):
    id: int
    title: str
    address: str
    cited_by: int  # How many arguments.
    debate_id: int
    author_id: int | None  # Who added it.
    author_username: str | None
    author_name: str | None
    hidden_by_id: int | None
    removed_under: HouseRule | None

    @property
    def is_link(self) -> bool:
        return is_link(self.address)

    @property
    def host(self) -> str:
        return host_of(self.address)


class CitingArgument(NamedTuple):
    card: ArgumentCard
    words: str


async def load_source_list(
    db: Reader, debate_id: int, wanted: str, after: int | None
) -> tuple[list[ListedSource], int | None]:
    """By title, with `wanted` in title or address; and after which one the next page begins, where there are more."""
    statement = _select_sources().where(Source.debate_id == debate_id, Source.hidden_by_id.is_(None), IS_CITED)
    if wanted:
        statement = statement.where(
            or_(Source.title.icontains(wanted, autoescape=True), Source.address.icontains(wanted, autoescape=True))
        )
    if after is not None:
        last = aliased(Source)
        place = select(func.lower(last.title), last.id).where(last.debate_id == debate_id, last.id == after)
        statement = statement.where(tuple_(func.lower(Source.title), Source.id) > place.scalar_subquery())
    statement = statement.order_by(func.lower(Source.title), Source.id).limit(SOURCES_SHOWN + 1)
    found = [ListedSource._make(row) for row in await db.execute(statement)]
    shown = found[:SOURCES_SHOWN]
    return shown, shown[-1].id if len(found) > SOURCES_SHOWN else None


async def load_source_page(
    db: Reader, debate_id: int, source_id: int, before: int | None
) -> tuple[ListedSource, list[CitingArgument], int | None]:
    """The source with the newest arguments that cite it, and where the next page begins."""
    is_seen = or_(IS_CITED, Source.hidden_by_id.is_not(None))  # What moderators hid keeps its page, as they undo it.
    statement = _select_sources().where(Source.debate_id == debate_id, Source.id == source_id, is_seen)
    source = (await db.execute(statement)).one_or_none()
    if source is None:
        raise NotFound("There is no such source in this debate, or no argument that readers can see cites it.")
    citing = (
        select_cards()
        .add_columns(SourceCitation.words)
        .join(SourceCitation, CITES)
        .where(SourceCitation.debate_id == debate_id, SourceCitation.source_id == source_id, STANDS)
        .order_by(Argument.id.desc())
        .limit(CITATIONS_SHOWN + 1)
    )
    if before is not None:
        citing = citing.where(Argument.id < before)
    rows = [CitingArgument(ArgumentCard._make(row[:-1]), row[-1]) for row in await db.execute(citing)]
    shown = rows[:CITATIONS_SHOWN]
    return ListedSource._make(source), shown, shown[-1].card.id if len(rows) > CITATIONS_SHOWN else None


def _select_sources() -> Select[*tuple[Any, ...]]:
    return select(
        Source.id, Source.title, Source.address, _COUNT, Source.debate_id, User.id, User.username, User.display_name,
        Source.hidden_by_id, Source.removed_under,
    ).outerjoin(User, User.id == Source.added_by_id)  # fmt: skip

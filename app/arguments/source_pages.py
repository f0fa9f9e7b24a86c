"""What the pages of sources read: all of a debate, and one with the arguments that cite it."""

from typing import NamedTuple

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.arguments.cards import ArgumentCard, select_cards
from app.arguments.sources import IS_CITED, host_of, is_link
from app.db import Reader
from app.errors import NotFound
from app.models import Argument, Source, SourceCitation

SOURCES_SHOWN = 50
CITATIONS_SHOWN = 20

_COUNT = (
    select(func.count())
    .select_from(SourceCitation)
    .join(Argument, and_(Argument.debate_id == SourceCitation.debate_id, Argument.id == SourceCitation.argument_id))
    .where(
        SourceCitation.debate_id == Source.debate_id, SourceCitation.source_id == Source.id,
        SourceCitation.removed_at.is_(None), Argument.hidden_by_id.is_(None),
    )
    .scalar_subquery()
)  # fmt: skip


class ListedSource(NamedTuple):
    id: int
    title: str
    address: str
    cited_by: int  # How many arguments.

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
    statement = _select_sources().where(Source.debate_id == debate_id, IS_CITED)
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
    statement = _select_sources().where(Source.debate_id == debate_id, Source.id == source_id, IS_CITED)
    source = (await db.execute(statement)).one_or_none()
    if source is None:
        raise NotFound("There is no such source in this debate, or no argument that readers can see cites it.")
    cited = and_(SourceCitation.debate_id == Argument.debate_id, SourceCitation.argument_id == Argument.id)
    citing = (
        select_cards()
        .add_columns(SourceCitation.words)
        .join(SourceCitation, cited)
        .where(
            SourceCitation.debate_id == debate_id, SourceCitation.source_id == source_id,
            SourceCitation.removed_at.is_(None), Argument.hidden_by_id.is_(None),
        )
        .order_by(Argument.id.desc())
        .limit(CITATIONS_SHOWN + 1)
    )  # fmt: skip
    if before is not None:
        citing = citing.where(Argument.id < before)
    rows = [CitingArgument(ArgumentCard._make(row[:-1]), row[-1]) for row in await db.execute(citing)]
    shown = rows[:CITATIONS_SHOWN]
    return ListedSource._make(source), shown, shown[-1].card.id if len(rows) > CITATIONS_SHOWN else None


def _select_sources() -> Select[tuple[int, str, str, int]]:
    return select(Source.id, Source.title, Source.address, _COUNT)

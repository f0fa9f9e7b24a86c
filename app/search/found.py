"""How finds are counted and paged: the best first, among so many, the next ones after the last that was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, Self, TypeVar

from sqlalchemy import (
    CTE,
    REAL,
    BigInteger,
    ColumnElement,
    Select,
    all_,
    bindparam,
    cast,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from app.actor import Actor
from app.models import Debate, User
from app.permissions import visible_debates
from app.search.filters import SearchFilter

SHOWN = 20  # On a page of one kind.
SHOWN_OF_EACH = 5  # Where all kinds are on one page.
# Of a word that more texts hold than this, any so many are compared: ranking a hundred thousand takes seconds, and who
# gets that many finds narrows the search.
RANKED = 2_000
# The index does not know the order of words, so each text that has all words of a phrase is read until so many have the
# phrase itself: of two of the commonest words in a million texts that takes a tenth of a second, 2,000 take three.
RANKED_WITH_PHRASE = 500

Hit = TypeVar("Hit")


@dataclass(frozen=True, slots=True)
class Found(Generic[Hit]):
    """The finds of one kind that a page shows."""

    hits: Sequence[Hit]
    total: int  # At most one more than are compared, which means "more than" those.
    compared: int
    after: str  # Where the next page begins; nothing where this is the last.

    @property
    def many(self) -> str:
        return f"more than {self.compared:,}" if self.total > self.compared else f"{self.total:,}"


class Place(NamedTuple):
    """Of a find among the others: the better rank first, then the newer."""

    rank: float
    id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        rank, _, id = text.partition("/")
        try:
            return cls(float(rank), min(int(id), 2**63 - 1))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.rank!r}/{self.id}"


@dataclass(frozen=True, slots=True)
class Search:
    """One search of one person: for which words, narrowed how, how many from which place on."""

    chosen: SearchFilter
    words: str
    shown: int
    after: Place | None = None

    @property
    def query(self) -> ColumnElement[Any]:
        """PostgreSQL's own reading of what people type: "phrases", -without, or."""
        return func.websearch_to_tsquery("rejoinder", bindparam("words", self.words, unique=True), type_=TSQUERY)

    @property
    def _looked_for(self) -> ColumnElement[Any]:
        """The query as a condition. Of a phrase PostgreSQL guesses as many finds as texts have its words, and would
        read the whole table for the first of them; looked up beforehand, it is taken for a rare word."""
        return select(self.query).scalar_subquery() if self._has_phrase else self.query

    @property
    def _has_phrase(self) -> bool:
        return '"' in self.words

    @property
    def compared(self) -> int:
        """How many texts are ranked at most."""
        return RANKED_WITH_PHRASE if self._has_phrase else RANKED

    def conditions(self, actor: Actor, entity: Any, date: Any) -> list[ColumnElement[bool]]:
        """What the words, the debate and the days ask for, and whether the debate may be seen.

        Debates and authors are looked up beforehand by subqueries of their own: joined, they lead PostgreSQL to go
        through the index of words once for each debate.
        """
        hidden = select(Debate.id).where(~visible_debates(actor)).scalar_subquery()
        conditions = [entity.debate_id != all_(func.array(hidden, type_=ARRAY(BigInteger)))]
        if self.words:
            conditions.append(entity.search_vector.bool_op("@@")(self._looked_for))
        if self.chosen.debate:
            asked = select(Debate.id).where(Debate.slug == self.chosen.debate)
            conditions.append(entity.debate_id == asked.scalar_subquery())
        if self.chosen.since:
            conditions.append(date >= _day(self.chosen.since))
        if self.chosen.until:
            conditions.append(date < _day(self.chosen.until) + timedelta(days=1))
        return [*conditions, *self._in_state(entity)]

    def _in_state(self, entity: Any) -> list[ColumnElement[bool]]:
        """Of texts. What is not shown is few: a partial index has it."""
        match self.chosen.state:
            case "shown":
                return [entity.hidden_by_id.is_(None)]
            case "hidden":
                return [entity.hidden_by_id.is_not(None), entity.removed_under.is_(None)]
            case "removed":
                return [entity.hidden_by_id.is_not(None), entity.removed_under.is_not(None)]
        return []

    def by_author(self, entity: Any) -> list[ColumnElement[bool]]:
        if not self.chosen.author:
            return []
        author = select(User.id).where(func.lower(User.username) == self.chosen.author.lower())
        return [entity.author_id == author.scalar_subquery()]

    def rank(self, entity: Any) -> ColumnElement[float]:
        """By PostgreSQL's ts_rank, divided by 1 + the logarithm of the length."""
        return func.ts_rank(entity.search_vector, self.query, 1) if self.words else cast(literal(0), REAL)

    def page_of(self, candidates: Select[*tuple[Any, ...]], id: Any) -> CTE:
        """The rows to show, of those that have `rank` and `id`; and `total`, the number of them all."""
        newest = candidates.order_by(id.desc()) if not self.words else candidates
        compared = newest.limit(self.compared + 1).cte("compared").prefix_with("MATERIALIZED")
        total = select(func.count()).select_from(compared).scalar_subquery()
        page = select(compared, total.label("total"))
        if self.after is not None:
            place = tuple_(cast(literal(self.after.rank), REAL), cast(literal(self.after.id), BigInteger))
            page = page.where(tuple_(compared.c.rank, compared.c.id) < place)
        return page.order_by(compared.c.rank.desc(), compared.c.id.desc()).limit(self.shown + 1).cte("page")


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def found(rows: Sequence[Any], search: Search, make: Any) -> Found[Any]:
    """From rows that begin with rank, id and total, one more than are shown where there are more."""
    shown = search.shown
    last = rows[shown - 1] if len(rows) > shown else None
    return Found(
        hits=[make(row) for row in rows[:shown]],
        total=rows[0].total if rows else 0,
        compared=search.compared,
        after=str(Place(last.rank, last.id)) if last else "",
    )

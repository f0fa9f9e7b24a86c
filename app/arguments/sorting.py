"""In which order arguments are read, each said in words.

Of replies with the same score none deserves the first place, so chance gives it: differently for different readers and
from day to day, the same for one reader on one day. There are only a few such mixes, so that pages can still be kept
for everybody.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from zlib import crc32

from sqlalchemy import BigInteger, ColumnElement, Double, bindparam, case, cast, func, literal

from app.models import Argument
from app.models.argument import IS_UNANSWERED

MIXES = 8  # Each is a page to keep: more would be fairer by little.


class Sort(StrEnum):
    STRONGEST = "strongest"
    CONTESTED = "contested"
    UNANSWERED = "unanswered"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Order:
    """The highest score first; equal ones in a mix, or where there are no equal ones the oldest first."""

    name: str
    explained: str
    score: Any  # A column or an expression over columns.
    tells_results: bool  # Whether the order says how votes stand.

    @property
    def has_ties(self) -> bool:
        return self.tells_results


ORDERS = {
    Sort.STRONGEST: Order(
        "Strongest", "First what votes and replies together leave standing best.", Argument.strength, tells_results=True
    ),
    Sort.CONTESTED: Order(
        "Most contested", "First where the smaller of the two camps, agreeing or disagreeing, is largest.",
        cast(func.least(Argument.agree_count, Argument.disagree_count), Double), tells_results=True,
    ),
    Sort.UNANSWERED: Order(
        "Unanswered", "First what no answer stands against, the strongest of it on top.",
        Argument.strength + case((IS_UNANSWERED, 1.0), else_=0.0), tells_results=True,
    ),
    Sort.NEWEST: Order("Newest", "First what was written last.", cast(Argument.id, Double), tells_results=False),
    Sort.OLDEST: Order("Oldest", "In the order in which they were written.", literal(0.0), tells_results=False),
}  # fmt: skip


def sort_for(asked: Sort | None, *, results: bool) -> Sort:
    """What was asked for, unless it would tell somebody how votes stand who is not shown that."""
    if asked is not None and (results or not ORDERS[asked].tells_results):
        return asked
    return Sort.STRONGEST if results else Sort.OLDEST


def offered_sorts(*, results: bool) -> list[tuple[Sort, Order]]:
    return [(sort, order) for sort, order in ORDERS.items() if results or not order.tells_results]


def tie_of(sort: Sort, id: Any) -> ColumnElement[Any]:
    """What orders equals of the same score: chance, another one for each value of the parameter `mix`."""
    if not ORDERS[sort].has_ties:
        return literal(0, type_=BigInteger)
    return func.hashint8extended(id, bindparam("mix", type_=BigInteger), type_=BigInteger)


def mix_for(sort: Sort, reader: str, day: date) -> int:
    """Which mix this reader has on this day; none, 0, in an order without equal places."""
    if not ORDERS[sort].has_ties:
        return 0
    return day.toordinal() * MIXES + crc32(f"{reader} {day}".encode()) % MIXES

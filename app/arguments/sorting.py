"""In which order replies are read, each said in words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Double, case, cast, func, literal

from app.models import Argument
from app.models.argument import IS_UNANSWERED


class Sort(StrEnum):
    STRONGEST = "strongest"
    CONTESTED = "contested"
    UNANSWERED = "unanswered"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Order:
    """The highest score first, and of equal ones the oldest."""

    name: str
    explained: str
    score: Any  # A column or an expression over columns.
    tells_results: bool  # Whether the order says how votes stand.


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
